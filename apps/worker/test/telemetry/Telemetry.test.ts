/** A collector that answers without end fills no memory, and holds no connection. */
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Schedule from "effect/Schedule"
import { createServer } from "node:http"
import * as Server from "../../../../packages/client/test/network/Server.ts"
import * as Telemetry from "../../src/telemetry/Telemetry.ts"

/** More than an answer that is read to the bound, with the buffers of both sides; less than a moment of one that is not. */
const mostWritten = 32 * 1024 * 1024
const piece = Buffer.alloc(64 * 1024, 32)

/** Writes into each answer as fast as it is taken from it; for safety, no more than `ceiling` into all. */
const flooding = Effect.fnUntraced(function* (status: number) {
  const seen = { answers: 0, closed: 0, written: 0, most: 0 }
  const ceiling = 8 * mostWritten
  const server = createServer((request, response) => {
    request.resume()
    seen.answers++
    let own = 0
    response.on("close", () => seen.closed++)
    response.writeHead(status)
    const flood = () => {
      for (let more = true; more && seen.written < ceiling && !response.destroyed;) {
        more = response.write(piece)
        own += piece.length
        seen.written += piece.length
        seen.most = Math.max(seen.most, own)
      }
      response.once("drain", flood)
    }
    flood()
  })
  server.on("connection", (socket) => socket.on("error", () => undefined))
  const { openConnections, port } = yield* Server.listen(server)
  return { url: `http://127.0.0.1:${port}`, seen, openConnections }
})

/** Real time: the exporter and the sockets have it. */
const until = (holds: () => boolean) =>
  Effect.suspend(() => (holds() ? Effect.void : Effect.fail("not yet"))).pipe(
    Effect.retry(Schedule.spaced("20 millis")),
    Effect.timeoutOption(Duration.seconds(8)),
    Effect.asVoid
  )

describe("a collector whose answers have no end", () => {
  for (const status of [200, 400]) {
    it.live(`and begin with ${status} has each of them closed, within a bound`, () =>
      Effect.gen(function* () {
        const { openConnections, seen, url } = yield* flooding(status)
        // Once an answer with an error was seen, the exporter is silent for a minute.
        const answers = status === 200 ? 6 : 1
        const environment = {
          OTEL_EXPORTER_OTLP_ENDPOINT: url,
          OTEL_TRACES_EXPORTER: "none",
          OTEL_METRICS_EXPORTER: "none",
          OTEL_BLRP_SCHEDULE_DELAY: "50"
        }
        yield* Effect.gen(function* () {
          yield* Effect.forkScoped(Effect.repeat(Effect.logInfo("a line"), Schedule.spaced("20 millis")))
          yield* until(() => seen.closed >= answers)
          assert.isAtLeast(seen.closed, answers)
          assert.isAtMost(seen.most, mostWritten)
          assert.isAtMost(openConnections(), 2)
        }).pipe(
          Effect.scoped,
          Effect.provide(
            Telemetry.layer("test").pipe(
              Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnvRecord(environment))),
              Layer.provideMerge(Logger.layer([]))
            )
          )
        )
        yield* until(() => openConnections() === 0)
        assert.strictEqual(openConnections(), 0)
      }).pipe(Effect.scoped)
    )
  }
})
