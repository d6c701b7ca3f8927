/** `PROVE=1`: no server of the tests outlives them, even if they are killed. */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { connect } from "node:net"
import { fileURLToPath } from "node:url"

const isProof = process.env["PROVE"] !== undefined

/** Starts a run's server in a process of its own, as the first test file of a run does. */
const run = Effect.acquireRelease(
  Effect.sync(() =>
    fork(fileURLToPath(new URL("../../fleet/test/DatabaseProcess.ts", import.meta.url)), {
      execArgv: ["--conditions=@effect-genesys/source"]
    })
  ),
  (child) => Effect.sync(() => child.kill("SIGKILL"))
)

const message = (child: ChildProcess) => Effect.promise(async () => String((await once(child, "message"))[0]))

const answers = (port: number) =>
  Effect.callback<boolean>((resume) => {
    const socket = connect(port, "127.0.0.1")
    socket.once("connect", () => resume(Effect.succeed(true)))
    socket.once("error", () => resume(Effect.succeed(false)))
    return Effect.sync(() => socket.destroy())
  })

it.live.skipIf(!isProof)("a server ends when whoever started it is killed", () =>
  Effect.gen(function* () {
    const child = yield* run
    yield* message(child)
    child.send("database")
    const port = Number(new URL(yield* message(child)).port)
    assert.isTrue(yield* answers(port))
    child.kill("SIGKILL")
    yield* Effect.repeat(Effect.delay(answers(port), "50 millis"), { until: (isThere) => !isThere }).pipe(
      Effect.timeout("20 seconds")
    )
  }).pipe(Effect.scoped)
)
