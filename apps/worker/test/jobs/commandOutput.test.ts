/** What a command prints is told line by line, however it comes; the token that it was given is not. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import * as Stream from "effect/Stream"
import * as CommandOutput from "../../src/jobs/commandOutput.ts"

const token = "t".repeat(40)
const bytes = (text: string) => new TextEncoder().encode(text)

/** Cut at these places, into what a pipe may bring at a time. */
const told = (text: string | Uint8Array, ...cuts: ReadonlyArray<number>) =>
  Effect.gen(function* () {
    const all = typeof text === "string" ? bytes(text) : text
    const parts = [0, ...cuts].map((from, place) => all.subarray(from, cuts[place] ?? all.length))
    const lines: Array<string> = []
    const logger = Logger.make(({ fiber, message }) => {
      const { stream } = fiber.getRef(References.CurrentLogAnnotations)
      lines.push(`${String(stream)}: ${String(message)}`)
    })
    const output = { stdout: Stream.fromIterable(parts), stderr: Stream.empty }
    yield* Effect.provide(CommandOutput.log(output, token), Logger.layer([logger]))
    return lines
  })

describe("the output of a command", () => {
  it.effect("is told line by line, the last one too", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* told("one\r\n\ntwo\nthree", 2, 4, 8), [
        "stdout: one",
        "stdout: two",
        "stdout: three"
      ])
      assert.deepStrictEqual(yield* told("grüße\n", 3), ["stdout: grüße"])
      assert.deepStrictEqual(yield* told(""), [])
    })
  )

  it.effect("is told without the token, wherever it is cut", () =>
    Effect.gen(function* () {
      const line = `a ${token} b ${token}`
      for (let cut = 1; cut < line.length; cut += 7)
        assert.deepStrictEqual(yield* told(`${line}\n`, cut), ["stdout: a <token> b <token>"])
      // And where a line is so long that it is told in parts.
      for (let before = 8_192 - 45; before < 8_192 + 5; before++) {
        for (const end of ["", "\n", `${"y".repeat(9_000)}\n`]) {
          const lines = yield* told(`${"x".repeat(before)}${token}${end}`, before + 20)
          assert.notMatch(lines.join(""), /t{9}/, String(before))
          assert.include(lines.join("").replaceAll("stdout: ", ""), "<token>")
        }
      }
    })
  )

  it.effect("without an end of a line takes no more memory than a part of one", () =>
    Effect.gen(function* () {
      const lines = yield* told("z".repeat(100_000), ...Array.from({ length: 99 }, (_, place) => (place + 1) * 1_000))
      assert.isAbove(lines.length, 10)
      assert.isTrue(lines.every((line) => line.length <= "stdout: ".length + 8_192 + token.length))
      assert.strictEqual(lines.join("").replaceAll("stdout: ", "").length, 100_000)
    })
  )
})
