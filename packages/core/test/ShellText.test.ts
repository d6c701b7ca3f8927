/** Paths in lines that people copy into a shell. */
import { assert, it } from "@effect/vitest"
import { execFileSync } from "node:child_process"
import { mkdtempSync, readdirSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { quoted } from "../src/ShellText.ts"

it("a path is one word to a shell, and no flag", () => {
  const cwd = mkdtempSync(join(tmpdir(), "core-"))
  for (const name of [
    "plain.pem",
    "it's here",
    "$(touch a)",
    "`touch b`",
    "-rf",
    "a;b",
    "*",
    "ünï",
    'a"b',
    "\\n",
    "~"
  ]) {
    writeFileSync(join(cwd, name), "")
    execFileSync("sh", ["-c", `rm ${quoted(name)}`], { cwd })
    assert.deepStrictEqual(readdirSync(cwd), [], name)
  }
})
