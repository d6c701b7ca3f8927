/** The table in SECURITY.md is the one that the code follows. */
import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import * as Settings from "../src/Settings.ts"

const file = join(import.meta.dirname, "..", "..", "..", "SECURITY.md")
const plain = (table: string) =>
  table
    .trim()
    .replaceAll(/-{3,}/g, "---")
    .replaceAll(/ *\| */g, "|")

describe("SECURITY.md", () => {
  it("says from where each setting may come; node packages/core/test/writeSecurity.ts writes it", () => {
    const [, table = ""] = readFileSync(file, "utf8").split(/<!-- \/?settings -->/)
    assert.strictEqual(plain(table), plain(Settings.table()))
  })
})
