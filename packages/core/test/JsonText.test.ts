import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as JsonText from "../src/JsonText.ts"

const arrays = (depth: number) => "[".repeat(depth) + "]".repeat(depth)
const depthOf = (value: unknown): number =>
  typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0

describe("isTooDeep", () => {
  it.effect.prop("agrees with what is parsed", { value: Schema.Json, around: Schema.Int }, ({ around, value }) =>
    Effect.sync(() => {
      const levels = 495 + (Math.abs(around) % 10)
      const text = "[".repeat(levels) + JSON.stringify(value) + "]".repeat(levels)
      assert.strictEqual(JsonText.isTooDeep(text), levels + depthOf(value) > JsonText.mostDepth)
    })
  )

  it("counts nothing within strings, however they end", () => {
    const inner = "[{".repeat(1_000)
    for (const text of [inner, `\\"${inner}`, `\\\\`, `${inner}\\`, '"', "\u2028"]) {
      assert.isFalse(JsonText.isTooDeep(JSON.stringify({ [text]: [text, text] })))
    }
    assert.isFalse(JsonText.isTooDeep(`"${inner}`))
    assert.isFalse(JsonText.isTooDeep(`"${inner}\\`))
    assert.isTrue(JsonText.isTooDeep(`"\\\\"${inner}`))
  })

  it("looks at 64 KiB of anything in no time", () => {
    for (const unit of ["[", "]", "[]", '"', '\\"', '"\\', "{", '{"', "a", "[[]"]) {
      const text = unit.repeat(65_536 / unit.length)
      // Of the processor: others may have it meanwhile.
      const begun = process.cpuUsage()
      JsonText.isTooDeep(text)
      const { system, user } = process.cpuUsage(begun)
      assert.isBelow((system + user) / 1000, 50, unit)
    }
  })
})

describe("fromString", () => {
  const codec = JsonText.fromString(Schema.Unknown)

  it("decodes and encodes as Schema.fromJsonString does", () => {
    assert.deepStrictEqual(Schema.decodeUnknownSync(codec)('{"a":[1]}'), { a: [1] })
    assert.strictEqual(Schema.encodeUnknownSync(codec)({ a: [1] }), '{"a":[1]}')
    assert.isTrue(Option.isSome(Schema.decodeUnknownOption(codec)(arrays(500))))
  })

  it("refuses what is too deep, and says so", () => {
    for (const depth of [501, 5_000, 1_000_000]) {
      assert.throws(() => Schema.decodeUnknownSync(codec)(arrays(depth)), /nested more than 500 deep/)
    }
  })
})
