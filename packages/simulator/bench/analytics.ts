/**
 * Measures pages of a day of 1,000,000 conversations, through all of the simulator but the socket, in processor time:
 * `npm run bench:analytics -w packages/simulator`, which then measures the memory of the real process. Exits with 1 when a median
 * is above its bound.
 */
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { Simulator } from "../src/Simulator.ts"
import { call, login } from "../test/support/Calls.ts"
import { aggregated, filtered, sorts } from "./queries.ts"

const details = "/api/v2/analytics/conversations/details"
const total = 1_000_000
/** While its last conversations are running, and long after. */
const moments = { running: "2026-11-02T00:00:00Z", settled: "2026-11-10T00:00:00Z" }
const interval = "2026-11-01/2026-11-02"
const depths = [0, 0.5, 0.9999]
const repeats = 3
/** Milliseconds: of pages in the order of their starts, as exports read them, and of all others. */
const bounds = { first: 50, others: 10_000 }

const time = Effect.fnUntraced(function* (token: string, body: object) {
  const before = process.cpuUsage()
  const { status } = yield* call(token, "POST", `${details}/query`, body)
  const { system, user } = process.cpuUsage(before)
  return status === 200 ? (user + system) / 1000 : yield* Effect.die(`It answered ${status}`)
})

const median = (times: ReadonlyArray<number>) =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.POSITIVE_INFINITY

const queries = { ...filtered, ...aggregated }

const slowest = Effect.gen(function* () {
  const found = { first: 0, others: 0 }
  for (const [state, moment] of Object.entries(moments)) {
    yield* TestClock.setTime(Date.parse(moment))
    const token = yield* login()
    const named = [...sorts.map((sort) => [Object.values(sort).join(" "), sort] as const), ...Object.entries(queries)]
    for (const [place, [label, query]] of named.entries()) {
      const times: Array<number> = []
      for (let i = 0; i < repeats; i++) {
        for (const depth of place < sorts.length ? depths : [0]) {
          const paging = { pageSize: 100, pageNumber: 1 + Math.floor((total * depth) / 100) }
          times.push(yield* time(token, { interval, ...query, paging }))
        }
      }
      const took = median(times)
      console.log(`${state}: ${label}`.padEnd(64), `${took.toFixed(1).padStart(7)} ms`)
      const kind = place === 0 ? "first" : "others"
      found[kind] = Math.max(found[kind], took)
    }
  }
  return found
}).pipe(
  Effect.provide(
    Simulator.layerHttpClient({ rateLimit: "off", queryLimit: total, conversationsPerHour: Math.ceil(total / 24) })
  ),
  Effect.provide(TestClock.layer())
)

const { first, others } = await Effect.runPromise(slowest)
console.log(`slowest ${first.toFixed(1)} ms in the order of starts, and ${others.toFixed(1)} ms else`)
process.exitCode = first < bounds.first && others < bounds.others ? 0 : 1
