/** An address that cannot be used is waited for, and not for ever. */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { createServer } from "node:http"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { freePort } from "../../../scripts/test/FreePort.ts"
import * as Listening from "../src/internal/listening.ts"

const occupied = (port: number) =>
  Effect.acquireRelease(
    Effect.callback<ReturnType<typeof createServer>>((resume) => {
      const server = createServer().listen(port, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) => Effect.sync(() => server.close())
  )
const at = (port: number, seconds: number) =>
  Layer.build(
    Listening.layer(
      `127.0.0.1:${port}`,
      NodeHttpServer.layer(() => createServer(), { host: "127.0.0.1", port }),
      seconds
    )
  )

it.live("an address that is free later is used then", () =>
  Effect.gen(function* () {
    const port = yield* freePort
    const other = yield* occupied(port)
    yield* Effect.forkScoped(
      Effect.delay(
        Effect.sync(() => other.close()),
        "500 millis"
      )
    )
    yield* at(port, 20)
  }).pipe(Effect.scoped)
)

it.live("one that is not is an error that says what to do", () =>
  Effect.gen(function* () {
    const port = yield* freePort
    yield* occupied(port)
    const error = yield* Effect.flip(at(port, 1))
    assert.strictEqual(error._tag, "ConfigurationError")
    assert.match(error.message, /^This worker cannot listen at 127\.0\.0\.1:\d+, .*Choose another address or port\.$/)
  }).pipe(Effect.scoped)
)
