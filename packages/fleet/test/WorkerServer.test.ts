/** What is said to a worker that is gone, or does not read, is not waited for. */
import { assert, layer } from "@effect/vitest"
import * as RunnerAddress from "effect/cluster/RunnerAddress"
import * as ShardingConfig from "effect/cluster/ShardingConfig"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { SocketServer } from "effect/socket/SocketServer"
import { connect, type Socket } from "node:net"
import * as WorkerServer from "../src/internal/workerServer.ts"

const provided = Layer.provide(
  WorkerServer.layer(300),
  ShardingConfig.layer({ runnerAddress: Option.some(RunnerAddress.make("127.0.0.1", 0)) })
)

/** Who connects, reads nothing. */
const connected = Effect.gen(function* () {
  const { address } = yield* SocketServer
  assert.isTrue("port" in address)
  const port = "port" in address ? address.port : 0
  return yield* Effect.acquireRelease(
    Effect.callback<Socket>((resume) => {
      const socket = connect(port, "127.0.0.1", () => resume(Effect.succeed(socket)))
      socket.on("error", () => {})
      socket.pause()
    }),
    (socket) => Effect.sync(() => socket.destroy())
  )
})

/** Writes so much to whoever connects, once it may, in a way that cannot be interrupted. */
const writing = Effect.fnUntraced(function* (text: string, when: (connection: Socket) => Effect.Effect<void>) {
  const { run } = yield* SocketServer
  const written = yield* Deferred.make<Exit.Exit<void, unknown>>()
  yield* Effect.forkScoped(
    run((socket) =>
      Effect.gen(function* () {
        const writer = yield* socket.writer
        const { pull } = yield* socket.reader
        // A connection that is over is noticed by who reads.
        yield* Effect.forkScoped(Effect.ignore(Effect.forever(pull)))
        yield* Deferred.succeed(isServed, undefined)
        yield* Deferred.await(isTime)
        yield* Deferred.succeed(written, yield* Effect.uninterruptible(Effect.exit(writer.write(text))))
      }).pipe(Effect.scoped)
    )
  )
  const isServed = yield* Deferred.make<void>()
  const isTime = yield* Deferred.make<void>()
  const connection = yield* connected
  yield* Deferred.await(isServed)
  yield* when(connection)
  yield* Deferred.succeed(isTime, undefined)
  return yield* Deferred.await(written)
})

layer(provided, { excludeTestServices: true })("a worker's server", ({ effect }) => {
  effect("says what it says", () =>
    Effect.map(Effect.scoped(writing("hello", () => Effect.void)), (exit) => assert.isTrue(Exit.isSuccess(exit)))
  )

  effect("fails to say anything to one whose connection is over", () =>
    Effect.map(
      Effect.scoped(
        writing("hello", (connection) =>
          // The other end hears of it a moment later.
          Effect.andThen(
            Effect.sync(() => connection.resetAndDestroy()),
            Effect.sleep("100 millis")
          )
        )
      ),
      (exit) => assert.isTrue(Exit.isFailure(exit))
    )
  )

  effect("cuts off one that does not read", () =>
    Effect.map(Effect.scoped(writing("x".repeat(32_000_000), () => Effect.void)), (exit) =>
      assert.isTrue(Exit.isFailure(exit))
    )
  )
})
