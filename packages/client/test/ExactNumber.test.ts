/** No number that is passed on is changed; what is meant to be a number of JavaScript still is one. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as ExactNumber from "../src/ExactNumber.ts"
import { GenesysClient } from "../src/GenesysClient.ts"
import * as Frame from "../src/internal/notificationFrame.ts"
import * as Pagination from "../src/Pagination.ts"
import { make } from "./ScriptedApi.ts"

const changing = [
  "9007199254740993",
  "-9007199254740993",
  "12345678901234567890",
  "1E400",
  "-1e+400",
  "1e-400",
  "0.12345678901234567890",
  "0.1000000000000000055511151231257827",
  "9007199254740993.0",
  "90071992547409.93e2",
  "123456789012345678901234567890.5"
]
const held = [
  "0",
  "-0",
  "0.0",
  "-0.00E7",
  "1.0",
  "1e3",
  "1E+2",
  "100000000000000000000",
  "0.30000000000000004",
  "1.50e-7"
]

describe("a number of JSON", () => {
  for (const source of changing) {
    it(`${source} stays what it is, wherever it stands`, () => {
      for (const text of [source, `[${source}]`, `{"a":{"b":[1,${source},"x"]},"c":${source}}`]) {
        assert.strictEqual(JSON.stringify(ExactNumber.parse(text)), text)
      }
      // Blanks, and texts that look like numbers, change nothing.
      const text = `{"a": "say \\", ${source}," , "b" :\n${source} }`
      assert.deepStrictEqual(ExactNumber.parse(text), { a: `say ", ${source},`, b: ExactNumber.parse(source) })
      assert.isTrue(ExactNumber.isExactNumber(ExactNumber.parse(source)))
    })
  }
  it("that JavaScript holds is a number, however it is written", () => {
    for (const source of held) assert.strictEqual(ExactNumber.parse(source), Number(source), source)
    assert.isFalse(ExactNumber.isExactNumber({ rawJSON: "1" }))
  })
  it("in a text is text: nothing else is an ExactNumber", () => {
    const value = { a: "1E400", "1E400": ",12345678901234567890,", b: "[1e5" }
    assert.deepStrictEqual(ExactNumber.parse(JSON.stringify(value)), value)
  })

  it("is found in texts of any length", () => {
    const run = "1".repeat(8_000_000)
    assert.strictEqual(JSON.stringify(ExactNumber.parse(`[${run}]`)), `[${run}]`)
    for (const text of [`["x,${run}"]`, `["x,1.${run}e"]`, `["${"\\\\".repeat(1_000_000)}"]`]) {
      assert.strictEqual(JSON.stringify(ExactNumber.parse(text)), text)
    }
  })
  it("leaves what is no JSON an error", () => {
    for (const text of ["{12345678901234567890:1}", "[1E400", "1E400 1", "[01E400]", "[-]", '["1E400]']) {
      assert.throws(() => ExactNumber.parse(text), SyntaxError)
    }
  })
  it("stands where `__proto__` says so, and makes no prototype", () => {
    const text = '{"__proto__":1E400,"a":[{"__proto__":{"b":1E400}}]}'
    assert.strictEqual(JSON.stringify(ExactNumber.parse(text)), text)
  })

  const digits = Schema.String.check(Schema.isPattern(/^[0-9]{1,40}$/))
  it.prop(
    "of any form is either held or kept",
    { whole: digits, fraction: digits, power: Schema.Int.check(Schema.isBetween({ minimum: -500, maximum: 500 })) },
    ({ fraction, power, whole }) => {
      const short = whole.replace(/^0+(?=\d)/, "")
      for (const source of [short, `-${short}.${fraction}`, `${short}e${power}`, `${short}.${fraction}E${power}`]) {
        const value = Object(ExactNumber.parse(`[${source}]`))[0]
        if (ExactNumber.isExactNumber(value)) assert.strictEqual(value.rawJSON, source)
        else assert.isTrue(sameDecimal(source, String(value)), source)
      }
    },
    { arbitrary: { runs: 500 } }
  )
})

/** Compared as fractions of whole numbers of any length. */
const sameDecimal = (one: string, other: string): boolean => {
  const read = (text: string) => {
    const [mantissa = "", power = "0"] = text.toLowerCase().split("e")
    const [whole = "", fraction = ""] = mantissa.split(".")
    return { units: BigInt(whole + fraction), power: Number(power) - fraction.length }
  }
  const [a, b] = [read(one), read(other)]
  const least = Math.min(a.power, b.power)
  return a.units * 10n ** BigInt(a.power - least) === b.units * 10n ** BigInt(b.power - least)
}

const json = (text: string) => () => new Response(text, { headers: { "content-type": "application/json" } })
const get = HttpClientRequest.get("/api/v2/things")

describe("an answer", () => {
  const text = `{"id":"a","version":12345678901234567890,"more":{"deep":[1E400,1.0]}}`

  it.effect("has its numbers as they came where its schema takes anything", () =>
    Effect.gen(function* () {
      const { client } = yield* make([json(text)])
      const whole = yield* client.json(get, Schema.Unknown)
      assert.strictEqual(JSON.stringify(whole), text.replace("1.0", "1"))
      const Part = Schema.Struct({ id: Schema.String, more: Schema.Unknown })
      assert.strictEqual(JSON.stringify((yield* client.json(get, Part)).more), `{"deep":[1E400,1]}`)
    })
  )
  it.effect("has the nearest numbers where its schema says that they are numbers", () =>
    Effect.gen(function* () {
      const { client } = yield* make([json(text)])
      const { version } = yield* client.json(get, Schema.Struct({ version: Schema.Finite }))
      assert.strictEqual(version, 12345678901234567000)
    })
  )
  it.effect("that is a page has them in its rows, and names the next one by a cursor of any length", () =>
    Effect.gen(function* () {
      const { client, seen } = yield* make([
        json(`{"entities":[{"id":"a","n":9007199254740993}],"cursor":12345678901234567890}`),
        json(`{"entities":[{"id":"b","n":1E400}]}`)
      ])
      const rows = yield* Stream.runCollect(Pagination.cursor(get, Schema.Unknown)).pipe(
        Effect.provideService(GenesysClient, client)
      )
      assert.strictEqual(JSON.stringify(rows), `[{"id":"a","n":9007199254740993},{"id":"b","n":1E400}]`)
      assert.deepStrictEqual([...seen.requests[1]!.urlParams.params], [["cursor", "12345678901234567890"]])
    })
  )
})

it("an event has them as they came", () => {
  const body = `{"id":12345678901234567890,"at":1E400}`
  const frame = Frame.read(`{"topicName":"v2.x","eventBody":${body},"version":"2"}`)
  assert.strictEqual(frame._tag === "Event" ? JSON.stringify(frame.event.eventBody) : frame._tag, body)
})
