/** What is shown as it is, what is written out, and that nothing goes past the one place that cleans. */
import { assert, describe, it } from "@effect/vitest"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as TerminalText from "../src/TerminalText.ts"

describe("TerminalText", () => {
  it("writes out what a terminal acts upon, what cannot be seen and what turns the direction", () => {
    for (const [text, shown] of [
      ["\u001B[31m", String.raw`\u001b[31m`],
      ["\u001B]52;c;aGk=\u0007", String.raw`\u001b]52;c;aGk=\u0007`],
      ["\u009B31m\u0090\u009C\u0085\u007F\u0000\b", String.raw`\u009b31m\u0090\u009c\u0085\u007f\u0000\u0008`],
      ["ok\rbad", String.raw`ok\rbad`],
      ["\u202Etxt\u2066\u2069\u200E\u200F\u061C", String.raw`\u202etxt\u2066\u2069\u200e\u200f\u061c`],
      ["a\u200B\u2060\u00AD\uFEFF\u3164b", String.raw`a\u200b\u2060\u00ad\ufeff\u3164b`],
      ["\u{E0041}\u{E007F}", String.raw`\udb40\udc41\udb40\udc7f`],
      ["a\u2028b\u2029", String.raw`a\u2028b\u2029`],
      ["ad\u200Cmin", String.raw`ad\u200cmin`]
    ] as const) {
      assert.strictEqual(TerminalText.clean(text), shown)
      assert.isFalse(TerminalText.isClean(text))
    }
  })

  it("leaves every script, emoji and lines as they are", () => {
    for (const text of ["", "a\tb\r\nc\n", "Łódź 東京 Ω", "می‌خواهم", "👩‍👩‍👧 ❤️ 🏳️‍🌈", "क्‍ष", "é e\u0301", "葛\u{E0100}"]) {
      assert.strictEqual(TerminalText.clean(text), text)
      assert.isTrue(TerminalText.isClean(text))
    }
  })

  it("leaves JSON what it was", () => {
    const all = Array.from({ length: 0x3000 }, (_, index) => String.fromCodePoint(index)).join("") + "\u{E0041}"
    const shown = TerminalText.clean(JSON.stringify({ [all]: all }))
    assert.deepStrictEqual(JSON.parse(shown), { [all]: all })
    assert.strictEqual(TerminalText.clean(shown), shown)
  })

  it("makes one line of many", () => {
    assert.strictEqual(TerminalText.line("a\r\nb\nc\td\re"), String.raw`a\r\nb\nc\td\re`)
  })

  it("lets our own sequences through, and no others", () => {
    const drawn = "\u001B[1mname\u001B[0m \u001B]0;title\u0007\u001B[2K"
    assert.strictEqual(
      TerminalText.render(TerminalText.ours(drawn), true),
      "\u001B[1mname\u001B[0m " + String.raw`\u001b]0;title\u0007` + "\u001B[2K"
    )
    assert.strictEqual(TerminalText.render([TerminalText.bold, "\u001B[0m"], true), "\u001B[1m" + String.raw`\u001b[0m`)
    assert.strictEqual(TerminalText.render(["\u001B[0m"], false), "\u001B[0m")
  })

  it("cleans what comes in pieces as if it came at once", () => {
    const text = "é\u009B\r\n東\rx\u{E0041}\uFEFF\r"
    const bytes = new TextEncoder().encode(text)
    for (let size = 1; size <= 5; size++) {
      const cleaner = TerminalText.cleaner()
      let shown = ""
      for (let at = 0; at < bytes.length; at += size) shown += cleaner.push(bytes.subarray(at, at + size))
      assert.strictEqual(shown + cleaner.end(), TerminalText.clean(text))
    }
    const raw = TerminalText.cleaner()
    // The 8-bit CSI, which is no UTF-8.
    assert.strictEqual(raw.push(Uint8Array.of(0x9b, 0x33, 0x31, 0x6d)) + raw.end(), "\uFFFD31m")
  })
})

it("all that the programs print goes through Streams", () => {
  const root = fileURLToPath(new URL("../../../", import.meta.url))
  /** It prints what it has checked, before anything is loaded. */
  const allowed = ["packages/program/src/Streams.ts", "apps/cli/src/quick/printed.ts"]
  const folders = ["auth", "client", "export", "program", "sdk", "simulator"].map((name) => `packages/${name}/src`)
  const found = [...folders, "apps/cli/src", "apps/worker/src"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => `${folder}/${file}`)
      .filter((file) =>
        /std(?:out|err)\.write\(|\bconsole\.(?:log|error|warn|info|debug)\(|\bwriteSync\(/.test(
          readFileSync(join(root, file), "utf8")
        )
      )
  )
  assert.deepStrictEqual(found.toSorted(), allowed.toSorted())
})
