/** What `genesys login --secret-stdin` takes for a secret. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as Prompts from "../../src/login/Prompts.ts"

const given = (...parts: ReadonlyArray<Uint8Array>) =>
  Prompts.secretFromInput.pipe(Effect.provide(Layer.orDie(Stdio.layerTest({ stdin: Stream.fromIterable(parts) }))))

describe("--secret-stdin", () => {
  for (const [name, bytes] of [
    ["as it is", Buffer.from("canary")],
    ["with the line end of Unix", Buffer.from("canary\n")],
    ["with the line end of Windows", Buffer.from("canary\r\n")],
    ["behind the mark of UTF-8", Buffer.from("\uFEFFcanary\r\n")]
  ] as const) {
    it.effect(`takes a secret ${name}, in however many pieces it comes`, () =>
      Effect.gen(function* () {
        assert.strictEqual(Redacted.value(yield* given(bytes)), "canary")
        assert.strictEqual(Redacted.value(yield* given(...Array.from(bytes, (byte) => Uint8Array.of(byte)))), "canary")
      })
    )
  }

  for (const [name, bytes, says] of [
    ["nothing", Buffer.from(""), /^Standard input is empty\. Pipe/],
    ["blanks", Buffer.from(" \r\n"), /^Standard input is empty\. Pipe/],
    ["two lines", Buffer.from("canary\nanother\n"), /^Standard input has more than one line\. Pipe/],
    ["two lines of an old Mac", Buffer.from("canary\ranother"), /more than one line/],
    ["a blank in between", Buffer.from("canary another"), /is not the secret of that OAuth client, .* without blanks/],
    ["a NUL", Buffer.from("canary\0"), /^Standard input holds a NUL byte, so it is not text/],
    [
      "UTF-16",
      Buffer.from("\uFEFFcanary\r\n", "utf16le"),
      /^Standard input is text in UTF-16, as > of PowerShell writes it\. Save/
    ],
    ["UTF-16 without its mark", Buffer.from("canary", "utf16le"), /is text in UTF-16/],
    ["Latin 1", Buffer.from("canäry", "latin1"), /is not text in UTF-8/],
    ["letters that no header carries", Buffer.from("canäry"), /is not the secret of that OAuth client/],
    ["more than a secret has", Buffer.alloc(70_000, "canary"), /^Standard input is larger than 64 KiB/]
  ] as const) {
    it.effect(`refuses ${name}, and does not repeat it`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(given(bytes))
        assert.strictEqual(error._tag, "UsageError")
        assert.match(error.message, says)
        assert.notInclude(error.message, "can")
      })
    )
  }
})
