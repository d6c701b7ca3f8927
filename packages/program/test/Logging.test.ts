/** An event is a line, whatever somebody puts into it: in the log here, and in what a collector gets. */
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { createServer } from "node:http"
import { json } from "node:stream/consumers"
import * as Logging from "../src/Logging.ts"
import * as Telemetry from "../../../apps/worker/src/telemetry/Telemetry.ts"

const evil = "x\n12:00:00  ERROR  forged\r\u001B[2J\u009B31m\u202E\u2028\u{E0041}"
const unsafe = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\u{E0000}-\u{E007F}]/u

const event = Effect.logError(evil, Cause.fail(new Error(evil))).pipe(
  Effect.annotateLogs({ event: "a.b", reason: evil, who: { name: evil }, plain: "abc", quoted: '"a' })
)

const logged = Effect.fnUntraced(function* (effect: Effect.Effect<void>, format: "json" | "text") {
  const lines: Array<string> = []
  const console: Console.Console = Object.assign(Object.create(globalThis.console), {
    error: (line: string) => lines.push(line)
  })
  yield* effect.pipe(
    Effect.provide(
      Logging.layer("Info").pipe(
        Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnvRecord({ LOG_FORMAT: format })))
      )
    ),
    Effect.provideService(Console.Console, console)
  )
  return lines
})

const Line = Schema.fromJsonString(
  Schema.Struct({ message: Schema.Unknown, annotations: Schema.Struct({ reason: Schema.String }) })
)

describe("the log", () => {
  it.effect("for people has a line for each event", () =>
    Effect.gen(function* () {
      const [line = "", ...rest] = yield* logged(event, "text")
      assert.lengthOf(rest, 0)
      assert.notMatch(line, unsafe)
      // Nothing of it stands where a field or a level would.
      assert.match(line, /^\d\d:\d\d:\d\d {2}ERROR {2}x\\n12:00:00 ERROR forged\\r\\u001b\[2J/)
      assert.include(
        line,
        String.raw`  reason="x\n12:00:00  ERROR  forged\r\u001b[2J\u009b31m\u202e\u2028\udb40\udc41"`
      )
      assert.include(line, `  plain=abc  quoted="\\"a"  cause="Error: x`)
    })
  )

  it.effect("for people is cut where a value is very long", () =>
    Effect.gen(function* () {
      const long = "😀".repeat(100_000)
      const [line = ""] = yield* logged(
        Effect.annotateLogs(Effect.logInfo(long), { reason: long, list: [long] }),
        "text"
      )
      assert.isBelow(line.length, 7_000)
      assert.match(line, /198000 more characters/)
      assert.isTrue(line.isWellFormed())
    })
  )

  it.effect("for programs is a line of JSON that has it all", () =>
    Effect.gen(function* () {
      const [line = "", ...rest] = yield* logged(event, "json")
      assert.lengthOf(rest, 0)
      assert.notMatch(line, unsafe)
      const { annotations, message } = yield* Schema.decodeEffect(Line)(line)
      assert.deepStrictEqual([message, annotations.reason], [evil, evil])
    })
  )

  it.live("in a collector has no line, and nothing that steers a terminal, either", () =>
    Effect.gen(function* () {
      const received: Array<string> = []
      const server = createServer((request, response) => {
        void json(request).then((body) => {
          if (request.url === "/v1/logs") received.push(JSON.stringify(body, undefined, 1))
          response.setHeader("content-type", "application/json").end("{}")
        })
      })
      yield* Effect.acquireRelease(
        Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
        () => Effect.sync(() => server.close())
      )
      const address = server.address()
      const port = address !== null && typeof address === "object" ? address.port : 0
      yield* event.pipe(
        Effect.provide(
          Telemetry.layer("test").pipe(
            Layer.provide(
              ConfigProvider.layer(
                ConfigProvider.fromEnvRecord({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` })
              )
            ),
            Layer.provideMerge(Logging.layer("Info"))
          )
        ),
        Effect.provideService(
          Console.Console,
          Object.assign(Object.create(globalThis.console), { error: () => undefined })
        )
      )
      const text = received.join("")
      assert.include(text, String.raw`"stringValue": "x\\n12:00:00  ERROR  forged\\r\\u001b[2J\\u009b31m\\u202e`)
      assert.include(text, "exception.stacktrace")
      assert.notMatch(text.replaceAll("\n", ""), unsafe)
      // What JSON itself writes out: the lines of the stack.
      const escaped = [...text.matchAll(/(?<!\\)(?:\\\\)*\\(?:n|r|t|u[0-9a-f]{4})/g)]
      assert.isTrue(escaped.every(([found]) => found.endsWith(String.raw`\n`)))
    }).pipe(Effect.scoped)
  )
})
