/**
 * A month of a worker with a job of every kind. `PROVE=1`: every hour; else a day and five more, every eight hours, and a third of the
 * conversations.
 */
import { assert, it } from "@effect/vitest"
import * as Day from "@effect-genesys/export/Day"
import * as Plan from "@effect-genesys/export/Plan"
import type { Row } from "@effect-genesys/export/Row"
import { Sink } from "@effect-genesys/export/Sink"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as MemorySink from "../../../packages/export/test/MemorySink.ts"
import * as World from "../../../packages/export/test/World.ts"
import { Worker } from "../src/Worker.ts"
import type { Job } from "../src/settings/WorkerSettings.ts"
import * as Workers from "./support/Workers.ts"

const prove = process.env["PROVE"] !== undefined
const hours = prove ? 1 : 8
const hour = 3_600_000
/** In which time passes while a job runs. */
const step = prove ? 1_000 : 30_000
const since = World.first
const length = prove ? 30 : 1
const days = Day.range(since, Day.of(Day.start(since) + length * 24 * hour))
/** The data lake is but five minutes behind, so that it is the schedule that is measured. */
const dataLag = 300

const every = `${hours}h`
const sink = { _tag: "ndjson", place: "memory" } as const
const jobs: ReadonlyArray<Job> = [
  { name: "conversations", kind: "conversations", every, sink, since },
  { name: "users", kind: "users", cron: `0 */${hours} * * *`, sink },
  { name: "watch", kind: "watch", every },
  { name: "command", kind: "command", every, command: [process.platform === "win32" ? "whoami" : "true"] }
]

it.effect(
  "the lag of no job ever exceeds its interval plus one run",
  () =>
    Effect.gen(function* () {
      const rows = new Map<string, Row>()
      const memory = MemorySink.make(rows)
      const month = Effect.gen(function* () {
        const worker = yield* Worker
        const simulator = yield* Simulator
        const { checkpoint } = yield* Sink
        const [first, ...others] = jobs
        yield* worker.apply({ jobs: [first!, ...others] })
        const [worst, longest, runs] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()]
        const highest = (of: Map<string, number>, name: string, value: number) =>
          of.set(name, Math.max(of.get(name) ?? 0, value))

        const look = Effect.gen(function* () {
          const now = yield* Clock.currentTimeMillis
          const held = yield* Effect.orDie(checkpoint)
          const status = yield* worker.status
          for (const { lastRun, name, runs: count } of status.jobs) {
            if (lastRun === undefined) continue
            const [startedAt, endedAt] = [Date.parse(lastRun.startedAt), Date.parse(lastRun.endedAt)]
            highest(longest, name, endedAt - startedAt)
            assert.strictEqual(lastRun.outcome, "done", JSON.stringify(lastRun))
            if (count !== runs.get(name) && count % 9 === 4 && name === "watch") yield* simulator.revokeTokens
            runs.set(name, count)
            const available = Math.floor((now - dataLag * 1000) / 1000) * 1000
            const lag =
              name === "conversations"
                ? Plan.lag(held, { since }, { now, available })
                : now - (name === "users" ? (held["users"]?.asOf ?? 0) : startedAt)
            highest(worst, name, lag)
          }
        })
        yield* Workers.passing(Day.end(days.at(-1)!) + 5 * 24 * hour, step, look)
        console.log(
          Object.fromEntries(
            jobs.map(({ name }) => [name, [runs.get(name), longest.get(name)! / 1000, worst.get(name)! / 60_000]])
          )
        )
        for (const { name } of jobs) {
          assert.isAtLeast(runs.get(name)!, Math.floor(((length + 5) * 24) / hours) - 1, name)
          // A second is the precision of the `Date` header, and no step is shorter.
          assert.isAtMost(worst.get(name)!, hours * hour + longest.get(name)! + step, name)
        }
        const truth = yield* World.truth(days)
        assert.deepStrictEqual(
          new Map([...truth.keys()].map((key) => [key, rows.get(`conversations/${key}`)?.value])),
          truth
        )
      })
      yield* World.start
      yield* Effect.provide(
        month,
        Workers.inMemory(
          { conversationsPerHour: prove ? 6 : 2, dataLag, jobFailures: 0.05, users: prove ? 120 : 30 },
          memory
        ).pipe(Layer.provideMerge(memory))
      )
    }),
  600_000
)
