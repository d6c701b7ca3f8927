/** SECURITY.md says what the code does. */
import { assert, describe, it } from "@effect/vitest"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as Settings from "../src/Settings.ts"

const root = join(import.meta.dirname, "..", "..", "..")
const text = readFileSync(join(root, "SECURITY.md"), "utf8")
const plain = (table: string) =>
  table
    .trim()
    .replaceAll(/-{3,}/g, "---")
    .replaceAll(/ *\| */g, "|")

describe("SECURITY.md", () => {
  it("says from where each setting may come; node packages/core/test/writeSecurity.ts writes it", () => {
    const [, table = ""] = text.split(/<!-- \/?settings -->/)
    assert.strictEqual(plain(table), plain(Settings.table()))
  })

  it("names tests that are there", () => {
    const named = Array.from(text.matchAll(/`((?:packages|apps|scripts)\/\S+\.test\.ts)`/g), ([, file = ""]) => file)
    assert.isAbove(named.length, 20)
    assert.deepStrictEqual(
      named.filter((file) => !existsSync(join(root, file))),
      []
    )
  })
})
