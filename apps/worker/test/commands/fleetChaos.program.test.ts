/**
 * A fleet to which one thing after the other happens: a worker is killed, or stopped for long and goes on, or joins; the database or the login host
 * is gone for ten seconds. After each, each job has one runner, nobody else has run it, and the sink holds what Genesys has.
 * `PROVE=1`: a hundred times. In each test run `fleet.program.test.ts` has one that is killed, and one that is told to stop.
 */
import { assert, layer } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Database from "../../../../packages/export/test/Database.ts"
import { Postgres } from "../../../../packages/export/test/Postgres.ts"
import { allRuns, make, nextRun, others, settled, type Worker } from "../support/Fleet.ts"

const isProof = process.env["PROVE"] !== undefined
const rounds = 100
const timeout = rounds * 90_000
const users = 5

/** In milliseconds: from what happens to the begin of the next run that is done. */
const longestGap = 15_000
/** What is gone is gone for so long. */
const outage = 10_000

interface World {
  readonly workers: ReadonlyArray<Worker>
  /** Who had the job last. */
  readonly owner: Worker
  readonly start: Effect.Effect<Worker, unknown, Scope.Scope>
}

/** How long the jobs may rest, and who is there afterwards. */
interface After {
  readonly workers: ReadonlyArray<Worker>
  readonly gap: number
}

const kill = ({ pid }: Worker, signal: "SIGKILL" | "SIGSTOP" | "SIGCONT") =>
  Effect.sync(() => process.kill(pid, signal))

type Happening = (world: World) => Effect.Effect<After, unknown, Postgres | Simulator | Scope.Scope>

const happenings: Readonly<Record<string, Happening>> = {
  "kill -9 of the owner": ({ owner, start, workers }) =>
    Effect.gen(function* () {
      yield* kill(owner, "SIGKILL")
      return { workers: [...others(workers, owner), yield* start], gap: longestGap }
    }),
  "the owner is stopped, and goes on when another one has the job": ({ owner, workers }) =>
    Effect.gen(function* () {
      const since = Date.now()
      yield* kill(owner, "SIGSTOP")
      const { begin } = yield* nextRun(others(workers, owner), since, 30_000)
      assert.isBelow(begin - since, longestGap + 5_000)
      yield* kill(owner, "SIGCONT")
      return { workers, gap: longestGap }
    }),
  "the database is gone": ({ workers }) =>
    Effect.gen(function* () {
      const postgres = yield* Postgres
      yield* Database.disconnect(postgres.port)
      yield* postgres.stop
      yield* Effect.sleep(outage)
      yield* postgres.start
      return { workers, gap: longestGap }
    }),
  "the login host is down, and a token is refused": ({ workers }) =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      yield* simulator.addFault({ path: "/oauth/token", status: 503 })
      yield* simulator.revokeTokens
      yield* Effect.sleep(outage / 2)
      yield* simulator.clearFaults
      return { workers, gap: longestGap }
    }),
  "a worker joins, and another one is told to stop": ({ owner, start, workers }) =>
    Effect.gen(function* () {
      const joined = yield* start
      yield* owner.signal("SIGTERM")
      const { code } = yield* owner.ended
      assert.strictEqual(code, 0)
      return { workers: [...others(workers, owner), joined], gap: longestGap }
    })
}

layer(Layer.merge(Simulator.layer({ users, rateLimit: "off", mintLimit: "off" }), Postgres.layer), {
  excludeTestServices: true,
  timeout
})("a fleet", ({ effect }) => {
  effect.skipIf(!isProof)(
    "has one runner for its job, and all of its data, whatever happens",
    () =>
      Effect.gen(function* () {
        const { start, url } = yield* make({
          http: { port: 0 },
          jobs: [{ name: "people", kind: "users", every: "1s", sink: { postgres: "DATABASE" } }]
        })
        const all: Array<Worker> = []
        const another = Effect.tap(start, (worker) => Effect.sync(() => all.push(worker)))
        let workers: ReadonlyArray<Worker> = yield* Effect.all([another, another, another], { concurrency: 3 })
        yield* settled(workers)
        const names = Object.keys(happenings)
        for (let round = 0; round < rounds; round++) {
          const name = names[round % names.length]!
          const { worker: owner } = yield* nextRun(workers, Date.now(), 30_000)
          const after = yield* happenings[name]!({ workers, owner, start: another })
          workers = after.workers
          const over = Date.now()
          const { begin } = yield* nextRun(workers, over, after.gap + 10_000)
          assert.isBelow(begin - over, after.gap, `${name}, round ${round}`)
          yield* settled(workers)

          const runs = yield* allRuns(all)
          for (const [index, run] of runs.entries()) {
            const before = runs[index - 1]
            if (before !== undefined)
              assert.isAtMost(before.end, run.begin + 1, `two at a time: ${name}, round ${round}`)
          }
          const [row] = yield* Database.query(
            Redacted.make(url),
            "SELECT count(*)::int AS users, extract(epoch FROM now() - max(as_of))::int AS age FROM genesys.users"
          )
          assert.strictEqual(row?.["users"], users)
          assert.isAtMost(Number(row?.["age"]), 15, `stale: ${name}, round ${round}`)
        }
      }).pipe(Effect.scoped),
    timeout
  )
})
