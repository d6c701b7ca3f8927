/**
 * Measures pages of a world of 1,000,000 conversations, through all of the simulator but the socket:
 * `npm run bench:analytics -w packages/simulator`, which then measures the memory of the real process. For filtered and
 * counted pages the clock moves on by a second between two calls. Exits with 1 when a median is above its bound.
 */
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { Simulator } from "../src/Simulator.ts"
import { call, login } from "../test/support/Calls.ts"
import { aggregated, filtered, sorts } from "./queries.ts"

const details = "/api/v2/analytics/conversations/details"
const total = 1_000_000
const worlds = [
  { name: "one day", days: 1, at: ["2026-11-02T00:00:00Z", "2026-11-10T00:00:00Z"] },
  { name: "31 days", days: 31, at: ["2026-12-02T00:00:00Z", "2026-12-10T00:00:00Z"] }
] as const
const depths = [0, 0.25, 0.5, 0.75, 0.99, 0.9999]
const repeats = 15

const time = Effect.fnUntraced(function* (token: string, body: object) {
  const started = performance.now()
  const { status } = yield* call(token, "POST", `${details}/query`, body)
  const elapsed = performance.now() - started
  return status === 200 ? elapsed : yield* Effect.die(`It answered ${status}`)
})

const median = (times: ReadonlyArray<number>) =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.POSITIVE_INFINITY

const row = (label: string, times: ReadonlyArray<number>, more = "") => {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(1)
  console.log(
    `${label.padEnd(64)} median ${at(0.5).padStart(6)}  p95 ${at(0.95).padStart(6)}  max ${at(1).padStart(6)} ms${more}`
  )
}

const measure = ({ at, days, name }: (typeof worlds)[number]) =>
  Effect.gen(function* () {
    const interval = `2026-11-01/2026-${days === 1 ? "11-02" : "12-02"}`
    const medians: Array<number> = []
    for (const moment of at) {
      yield* TestClock.setTime(Date.parse(moment))
      const token = yield* login()
      const state = moment === at[0] ? "running" : "settled"
      for (const sort of sorts) {
        const times: Array<number> = []
        for (let i = 0; i < repeats; i++) {
          for (const depth of depths) {
            const paging = { pageSize: 100, pageNumber: 1 + Math.floor((total * depth) / 100) }
            const elapsed = yield* time(token, { interval, ...sort, paging })
            if (i > 0) times.push(elapsed)
          }
        }
        row(`${name}, ${state}: ${Object.values(sort).join(" ")}`, times)
        medians.push(median(times))
      }
      for (const [label, query] of Object.entries({ ...filtered, ...aggregated })) {
        const times: Array<number> = []
        for (let i = 0; i < repeats; i++) {
          times.push(yield* time(token, { interval, ...query, paging: { pageSize: 100, pageNumber: 1 + i * 10 } }))
          yield* TestClock.adjust("1 second")
        }
        const [first = 0, ...then] = times
        row(`${name}, ${state}: ${label}`, then, `, first ${first.toFixed(0)} ms`)
        medians.push(median(then))
      }
    }
    return Math.max(...medians)
  }).pipe(
    Effect.provide(Simulator.layerHttpClient({ rateLimit: "off", conversationsPerHour: Math.ceil(total / days / 24) })),
    Effect.provide(TestClock.layer())
  )

const slowest = Math.max(...(await Effect.runPromise(Effect.forEach(worlds, measure))))
console.log(`slowest median ${slowest.toFixed(1)} ms (bound 20)`)
process.exitCode = slowest < 20 ? 0 : 1
