/**
 * Three workers as one, with a real database, and the simulator as Genesys: `genesys-worker run --cluster`. What else may happen to a fleet
 * is tried by `fleetChaos.program.test.ts`.
 */
import { assert, layer } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Database from "../../../../packages/export/test/Database.ts"
import { Postgres } from "../../../../packages/export/test/Postgres.ts"
import * as Prometheus from "../support/Prometheus.ts"
import { allRuns, asked, make, nextRun, others, settled } from "../support/Fleet.ts"

const timeout = 120_000
const users = 5
const since = new Date().toISOString().slice(0, 10)

layer(Layer.merge(Simulator.layer({ users, rateLimit: "off", conversationsPerHour: 2 }), Postgres.layer), {
  excludeTestServices: true,
  timeout
})("workers of a fleet", ({ effect }) => {
  effect(
    "run each job in one place, with one token, and go on elsewhere when one is killed, or told to stop",
    () =>
      Effect.gen(function* () {
        const simulator = yield* Simulator
        const { start, status, url } = yield* make({
          http: { port: 0 },
          // What writes to one sink is done in one place.
          jobs: [
            { name: "calls", kind: "conversations", since, every: "2s", sink: { postgres: "DATABASE" } },
            { name: "people", kind: "users", every: "1s", sink: { postgres: "DATABASE" } },
            { name: "roles", kind: "roles", every: "5s", sink: { postgres: "DATABASE" } },
            { name: "skills", kind: "list", operation: "getRoutingSkills", every: "5s", sink: { postgres: "DATABASE" } }
          ]
        })
        const workers = yield* Effect.all([start, start, start], { concurrency: 3 })
        yield* settled(workers)
        const { worker: first } = yield* nextRun(workers, Date.now(), 15_000)
        const { budgets, jobs, runners, tokens } = yield* status
        assert.sameMembers(
          runners.map(({ address }) => address),
          workers.map(({ address }) => address)
        )
        assert.deepStrictEqual(
          jobs.map(({ name, runner }) => [name, runner]),
          [
            ["calls", first.address],
            ["people", first.address],
            ["roles", first.address],
            ["skills", first.address]
          ]
        )
        assert.lengthOf(tokens, 1)
        assert.strictEqual(
          runners.reduce((sum, { shards }) => sum + shards, 0),
          600
        )
        assert.lengthOf(budgets, 1)
        assert.include(
          workers.map(({ address }) => address),
          budgets[0]!.runner
        )
        for (const one of workers) {
          const told = yield* asked(one, "/status")
          assert.include(told, `"cluster":{"address":"${one.address}"`)
          assert.strictEqual(told.includes(`"state":"standby"`), one !== first)
          const standby = new RegExp(`^genesys_job_standby\\{[^}]*\\} ${one === first ? 0 : 1}$`, "m")
          const metrics = yield* asked(one, "/metrics")
          assert.match(metrics, standby)
          const heldSince = /^genesys_job_held_since_timestamp_seconds\{[^}]*job="people"[^}]*\} (.+)$/m.exec(
            metrics
          )?.[1]
          if (one !== first) assert.isUndefined(heldSince)
          else assert.closeTo(Number(heldSince), Date.now() / 1000, 60)
          assert.match(metrics, /^genesys_worker_fleet_healthy 1$/m)
          assert.include(metrics, `\ngenesys_worker_fleet_budgets ${budgets[0]!.runner === one.address ? 1 : 0}\n`)
          assert.deepStrictEqual(Prometheus.lint(Prometheus.parse(metrics)), [])
          // Whoever calls is answered by the keeper of the token's budget, wherever that is.
          assert.notInclude((yield* one.output).stderr, "that keeps the rate limit does not answer")
        }

        const [role] = yield* simulator.list("roles")
        yield* simulator.changeItem(role?.id ?? "", { deleted: true })
        const killedAt = Date.now()
        yield* Effect.sync(() => process.kill(first.pid, "SIGKILL"))
        const second = yield* nextRun(others(workers, first), killedAt, 20_000)
        assert.isBelow(second.begin - killedAt, 15_000)

        yield* second.worker.until(/"job":"calls"[^\n]*job\.done/)
        yield* second.worker.signal("SIGTERM")
        const { code, stderr } = yield* second.worker.ended
        const endedAt = Date.now()
        assert.strictEqual(code, 0)
        const third = yield* nextRun(others(workers, first, second.worker), endedAt - 1_000, 10_000)
        assert.isBelow(third.begin - endedAt, 2_000)
        assert.notInclude(stderr, "job.failed")

        const runs = yield* allRuns(workers)
        for (const [index, { begin }] of runs.entries()) {
          if (index > 0) assert.isAtMost(runs[index - 1]!.end, begin + 1, "two runs at a time")
        }
        assert.strictEqual((yield* simulator.journal).tokenRequests, 1)
        const [row] = yield* Database.query(
          Redacted.make(url),
          "SELECT count(*)::int AS users, extract(epoch FROM now() - max(as_of))::int AS age FROM genesys.users"
        )
        assert.strictEqual(row?.["users"], users)
        // What went away while the worker was killed that had the job is seen by the next one.
        const gone = yield* Database.query(
          Redacted.make(url),
          "SELECT id FROM genesys.roles WHERE deleted_at IS NOT NULL"
        )
        assert.deepStrictEqual(gone, [{ id: role?.id }])
        const [any] = yield* Database.query(
          Redacted.make(url),
          "SELECT count(*)::int AS n FROM genesys.list_routing_skills"
        )
        assert.strictEqual(any?.["n"], (yield* simulator.list("skills")).length)
        assert.isAtMost(Number(row?.["age"]), 15, "what the last of them writes is not there")
      }).pipe(Effect.scoped),
    timeout
  )
})
