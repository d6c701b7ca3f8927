/**
 * The options are said once: the table of the README is made from their schema, and every one has a sentence.
 */
import { assert, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { ProgramOptions } from "../src/ProgramOptions.ts"
import * as OptionsTable from "./support/OptionsTable.ts"

/** Without what a formatter does to a table. */
const plain = (table: string) =>
  table
    .trim()
    .split("\n")
    .map((line) => line.split("|").map((cell) => cell.trim().replace(/^-+$/, "---")))

it("the README has the table of options as they are; writeReadme.ts writes it", () => {
  const readme = readFileSync(join(import.meta.dirname, "..", "README.md"), "utf8")
  const [, table = ""] = readme.split(/<!-- \/?options -->/)
  assert.deepStrictEqual(plain(table), plain(OptionsTable.table()))
})

it("every option has a type and a sentence", () => {
  for (const [, name, type, , sentence] of plain(OptionsTable.table())) {
    if (name !== "option") assert.isTrue(type !== "" && sentence !== "", name)
  }
})

it("the options of the program have the defaults of its flags", () => {
  assert.deepStrictEqual(ProgramOptions.make({}), {
    port: 0,
    host: "127.0.0.1",
    tokenLifetime: 86_400,
    seed: 1,
    conversationsPerHour: 60,
    allOperations: false
  })
})

it("the README shows the test of a user's service as it is", () => {
  const [readme, example] = ["../README.md", "../../../examples/service.test.ts"].map((file) =>
    readFileSync(join(import.meta.dirname, file), "utf8")
  )
  assert.include(readme, `\`\`\`ts\n${example}\`\`\``)
})
