import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as Utf8 from "../src/Utf8.ts"

const line = "GENESYS_CLOUD_CLIENT_ID=an-id\r\n"
const little = Buffer.from(line, "utf16le")
const big = Buffer.from(little).swap16()

const refused: ReadonlyArray<readonly [string, Uint8Array, RegExp]> = [
  [
    "UTF-16 with its mark, as PowerShell writes it",
    Buffer.concat([Buffer.from([0xff, 0xfe]), little]),
    /^is text in UTF-16/
  ],
  ["UTF-16 of the other order", Buffer.concat([Buffer.from([0xfe, 0xff]), big]), /^is text in UTF-16/],
  ["UTF-16 without its mark", little, /^is text in UTF-16/],
  ["UTF-16 of the other order without its mark", big, /^is text in UTF-16/],
  ["UTF-32", Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]), /^is text in UTF-32/],
  ["UTF-32 of the other order", Buffer.from([0, 0, 0xfe, 0xff, 0, 0, 0, 0x61]), /^is text in UTF-32/],
  ["one letter in UTF-16", Buffer.from("a", "utf16le"), /^is text in UTF-16/],
  ["a NUL at the end", Buffer.from("a-secret\0"), /^holds a NUL byte/],
  ["a NUL in the middle of a long text", Buffer.from(`${line}\0${line}`), /^holds a NUL byte/],
  ["nothing but NULs", Buffer.alloc(100), /^holds a NUL byte/],
  ["Latin 1", Buffer.from("Zürich", "latin1"), /^is not text in UTF-8/]
]
const taken: ReadonlyArray<readonly [string, Uint8Array, string]> = [
  ["nothing", new Uint8Array(), ""],
  ["plain text", Buffer.from(line), line],
  ["text behind the mark of UTF-8", Buffer.from(`\uFEFF${line}`), line],
  ["text of all kinds", Buffer.from("Zürich 東京 🙂"), "Zürich 東京 🙂"]
]

describe("text that somebody gave", () => {
  for (const [name, bytes, what] of refused) {
    it(`is refused: ${name}`, () => {
      const found = Utf8.decode(bytes)
      assert.isTrue(Result.isFailure(found))
      assert.match(Result.getOrThrow(Result.flip(found)), what)
    })
  }
  for (const [name, bytes, text] of taken) {
    it(`is taken: ${name}`, () => assert.deepStrictEqual(Utf8.decode(bytes), Result.succeed(text)))
  }
})
