/**
 * Measures pages of a world of 1,000,000 conversations, in memory and through all of the simulator but the socket:
 * `npm run bench:analytics -w packages/simulator`. The heap is capped at 128 MB there, to see what is needed: uncapped, Node
 * lets garbage pile up beyond 300 MB. Exits with 1 when a median or the peak is above its bound.
 */
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { Simulator } from "../src/Simulator.ts"
import { call, login } from "../test/support/Calls.ts"

const details = "/api/v2/analytics/conversations/details"
const total = 1_000_000
const worlds = [
  { name: "one day", days: 1, at: ["2026-11-02T00:00:00Z", "2026-11-10T00:00:00Z"] },
  { name: "31 days", days: 31, at: ["2026-12-02T00:00:00Z", "2026-12-10T00:00:00Z"] }
] as const
const sorts = [
  { orderBy: "conversationStart", order: "asc" },
  { orderBy: "conversationEnd", order: "asc" },
  { orderBy: "conversationEnd", order: "desc" },
  { order: "unordered" }
] as const
const depths = [0, 0.25, 0.5, 0.75, 0.99, 0.9999]
const repeats = 15

const time = Effect.fnUntraced(function* (token: string, body: object) {
  const started = performance.now()
  const { status } = yield* call(token, "POST", `${details}/query`, body)
  const elapsed = performance.now() - started
  return status === 200 ? elapsed : yield* Effect.die(`It answered ${status}`)
})

const row = (label: string, times: ReadonlyArray<number>) => {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(1)
  console.log(
    `${label.padEnd(56)} median ${at(0.5).padStart(6)}  p95 ${at(0.95).padStart(6)}  max ${at(1).padStart(6)} ms`
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
        medians.push(times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Infinity)
      }
    }
    const token = yield* login()
    const predicates = [{ type: "dimension", dimension: "mediaType", value: "email" }]
    const filtered = {
      interval,
      segmentFilters: [{ type: "and", predicates }],
      paging: { pageSize: 100, pageNumber: 900 }
    }
    row(`${name}, settled: filtered, first page asked for`, [yield* time(token, filtered)])
    row(`${name}, settled: filtered, the pages after`, [yield* time(token, filtered), yield* time(token, filtered)])
    return Math.max(...medians)
  }).pipe(
    Effect.provide(Simulator.layerHttpClient({ rateLimit: "off", conversationsPerHour: Math.ceil(total / days / 24) })),
    Effect.provide(TestClock.layer())
  )

const slowest = Math.max(...(await Effect.runPromise(Effect.forEach(worlds, measure))))
const heap = process.memoryUsage().heapUsed / 2 ** 20
console.log(`heap at the end, with garbage: ${heap.toFixed(0)} MB`)
const peak = process.resourceUsage().maxRSS / 1024
console.log(
  `slowest median ${slowest.toFixed(1)} ms (bound 20), peak resident memory ${peak.toFixed(0)} MB (bound 300)`
)
process.exitCode = slowest < 20 && peak < 300 ? 0 : 1
