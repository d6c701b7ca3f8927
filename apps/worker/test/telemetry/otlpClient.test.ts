/** What the exporter of telemetry is told of a collector that asks it to wait. */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import { createServer } from "node:http"
import * as Server from "../../../../packages/client/test/network/Server.ts"
import * as OtlpClient from "../../src/telemetry/otlpClient.ts"

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000).toUTCString()

it.live("the wait that a collector asks for is kept in both of its forms, unless it is longer than a minute", () =>
  Effect.gen(function* () {
    let asked = ""
    const server = createServer((_, response) => response.writeHead(503, { "retry-after": asked }).end())
    const { port } = yield* Server.listen(server)
    const told = Effect.fnUntraced(function* (text: string) {
      asked = text
      return (yield* HttpClient.get(`http://127.0.0.1:${port}`)).headers["retry-after"]
    })
    assert.strictEqual(yield* told("7"), "7")
    assert.include(["29", "30"], yield* told(inSeconds(30)))
    assert.isUndefined(yield* told("61"))
    assert.isUndefined(yield* told(inSeconds(120)))
    assert.isUndefined(yield* told("soon"))
  }).pipe(Effect.provide(OtlpClient.layer), Effect.scoped)
)
