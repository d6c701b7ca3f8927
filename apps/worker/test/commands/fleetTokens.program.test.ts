/**
 * Ten minutes of three workers whose tokens live for five seconds, with the simulator's limit of new tokens: `PROVE=1` alone, and the figures are
 * printed. What a fleet does with one such token, `packages/fleet/test/FleetTokens.test.ts` tries each time.
 */
import { assert, layer } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Postgres } from "../../../../packages/export/test/Postgres.ts"
import { make, settled } from "../support/Fleet.ts"

const isProof = process.env["PROVE"] !== undefined
const minutes = 10
const timeout = (minutes + 3) * 60_000

/** Of a token. In milliseconds, as all that follows. */
const life = 5_000
/** A token is renewed when at most a fifth of its life is left; to be sure, its life is taken to begin when it was asked for. */
const earliest = life * 0.8
/** The login host takes so long the first time, in which the other workers come, and so long later. */
const firstLogin = 3_000
const login = 200

const clients = [{ id: "fleet", secret: Redacted.make("fleet-secret"), tokenLifetime: life / 1_000 }] as const

layer(
  Layer.merge(Simulator.layer({ users: 5, conversationsPerHour: 1, clients, journalSize: 50_000 }), Postgres.layer),
  {
    excludeTestServices: true,
    timeout
  }
)("three workers whose tokens live for five seconds", ({ effect }) => {
  effect.skipIf(!isProof)(
    "begin with one request, make 1.3 for each life at most, and never two at a time",
    () =>
      Effect.gen(function* () {
        const simulator = yield* Simulator
        yield* simulator.addFault({ path: "/oauth/token", delayMs: firstLogin, times: 1 })
        yield* simulator.addFault({ path: "/oauth/token", delayMs: login })
        const requests = Effect.map(simulator.journal, (journal) =>
          journal.requests.filter(({ path }) => path === "/oauth/token").map(({ time }) => time)
        )
        // Each is in a place of its own, so that all of the workers have some.
        const jobs = Array.from({ length: 30 }, (_, index) => ({ name: `watch-${index}`, kind: "watch", every: "30s" }))
        const { start } = yield* make({ http: { port: 0 }, jobs })
        const workers = yield* Effect.all([start, start, start], { concurrency: 3 })
        yield* settled(workers)

        yield* Effect.sleep(minutes * 60_000)
        const end = Date.now()
        const times = yield* requests
        const { answers, tokensIssued } = yield* simulator.journal
        const outputs = yield* Effect.forEach(workers, ({ output }) => output)
        const runs = outputs.map(({ stderr }) => stderr.match(/job\.done/g)?.length ?? 0)
        const failed = outputs.flatMap(({ stderr }) => stderr.split("\n").filter((line) => line.includes("job.failed")))
        const first = times[0] ?? 0
        const lives = (end - first) / life
        const pauses = times.slice(1).map((time, index) => time - times[index]!)
        const ratio = times.length / lives
        yield* Effect.sync(() =>
          process.stderr.write(
            `${times.length} token requests in ${lives.toFixed(1)} lives, ${ratio.toFixed(3)} for each; at least ` +
              `${Math.min(...pauses)} ms between two; ${tokensIssued} tokens; runs of each worker ${runs.join(", ")}, ` +
              `${failed.length} failed; answers ${JSON.stringify(answers)}\n${failed.slice(0, 3).join("\n")}\n`
          )
        )
        for (const count of runs) assert.isAtLeast(count, minutes * 6, "a worker has used no token")
        assert.lengthOf(
          times.filter((time) => time < first + earliest),
          1,
          "a cold start"
        )
        assert.isAtLeast(Math.min(...pauses.slice(1)), login, "two at a time")
        assert.isAtMost(ratio, 1.3)
        assert.strictEqual(tokensIssued, times.length, "the login host has refused one")
        assert.lengthOf(failed, 0)
      }).pipe(Effect.scoped),
    timeout
  )
})
