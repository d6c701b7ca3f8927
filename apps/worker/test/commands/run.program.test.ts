/** A worker without a file, until it is told to stop. `PROVE=1`: also twice. */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Programs from "../../../cli/test/support/Programs.ts"
import * as InProcess from "../support/InProcess.ts"
import * as Process from "../support/Process.ts"
import * as Settings from "../support/Settings.ts"

const timeout = 240_000

describe("genesys-worker run", () => {
  it.live(
    "finishes the running call on SIGTERM, and exits with 0",
    () =>
      Effect.gen(function* () {
        const { addFault, journal } = yield* Simulator
        const env = { ...(yield* Settings.env), GENESYS_WORKER_INTERVAL: "60", LOG_FORMAT: "json" }
        yield* addFault({ path: "/api/v2/users/search", delayMs: 1_500 })
        const worker = yield* Process.start("genesys-worker", ["run"], { env })
        yield* worker.until(/token\.issued/)
        yield* worker.signal("SIGTERM")
        const { code, stderr, stdout } = yield* worker.ended
        assert.strictEqual(code, 0)
        assert.strictEqual(stdout, "")
        assert.include(stderr, '"calls":1,"failedCalls":0')
        // The token and the call that ran; no other call was started.
        assert.deepStrictEqual((yield* journal).answers, { "200": 2 })
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
    timeout
  )

  const hostDown = Effect.map(Settings.env, (env) => ({ ...env, GENESYS_CLOUD_LOGIN_URL: "http://127.0.0.1:1" }))

  it.live(
    "is stopped within 10 s while Genesys is down",
    () =>
      Effect.gen(function* () {
        const worker = yield* Programs.start("genesys-worker", ["run"], { env: yield* hostDown })
        yield* worker.until(/callers wait/)
        yield* worker.signal("SIGTERM")
        assert.strictEqual((yield* Effect.timeout(worker.ended, "12 seconds")).code, 0)
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
    timeout
  )

  it.live.skipIf(!Programs.isProof)(
    "is stopped at once by a second signal while Genesys is down",
    () =>
      Effect.gen(function* () {
        const worker = yield* Process.start("genesys-worker", ["run"], { env: yield* hostDown })
        yield* worker.until(/callers wait/)
        yield* worker.signal("SIGTERM")
        // Two signals at the same moment may arrive as one.
        yield* Effect.sleep("200 millis")
        yield* worker.signal("SIGTERM")
        assert.strictEqual((yield* Effect.timeout(worker.ended, "2 seconds")).code, 0)
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
    timeout
  )

  it.live(
    "stays up when the credentials are refused, asks once, says what to check, and ends with 0 on SIGINT",
    () =>
      Effect.gen(function* () {
        const { journal } = yield* Simulator
        const env = {
          ...(yield* Settings.env),
          GENESYS_CLOUD_CLIENT_SECRET: "canary-secret",
          GENESYS_WORKER_INTERVAL: "0.2"
        }
        const worker = yield* Programs.start("genesys-worker", ["run"], { env })
        yield* worker.until(/(?:call failed[\s\S]*){6}/)
        yield* worker.signal("SIGINT")
        const { code, stderr } = yield* worker.ended
        assert.strictEqual(code, 0)
        assert.include(stderr, "Check the client id and secret, the region")
        assert.notInclude(stderr, "canary-secret")
        assert.strictEqual((yield* journal).tokenRequests, 1)
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
    timeout
  )

  const bad: ReadonlyArray<readonly [string, string]> = [
    ["GENESYS_CLOUD_CLIENT_ID", ""],
    ["GENESYS_CLOUD_CLIENT_SECRET", ""],
    ["GENESYS_CLOUD_REGION", "mars-east-1"],
    ["GENESYS_WORKER_INTERVAL", "soon"],
    ["GENESYS_WORKER_EMAIL", "nobody"],
    ["LOG_FORMAT", "xml"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "nowhere"]
  ]
  for (const [setting, text] of bad) {
    it.live(
      `exits with 2 on ${setting}="${text}", in one line that names it`,
      () =>
        Effect.gen(function* () {
          const env = {
            GENESYS_CLOUD_CLIENT_ID: "id",
            GENESYS_CLOUD_CLIENT_SECRET: "secret",
            LOG_LEVEL: "Error",
            [setting]: text
          }
          const { code, error, stderr, stdout } = yield* InProcess.run(["run"], env)
          assert.strictEqual(code, 2)
          assert.deepStrictEqual([stdout, stderr], ["", ""])
          assert.match(error!, new RegExp(`^${setting} [^\n]*$`))
        }),
      timeout
    )
  }
})
