/** What a program prints is its own affair: the packages that it is built of have nothing to say on its streams. */
import { assert, it } from "@effect/vitest"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

const root = new URL("../../packages/", import.meta.url).pathname

/** `program` is what both programs stand on, and `benchmarks` is one. */
const libraries = readdirSync(root).filter((name) => name !== "program" && name !== "benchmarks")

for (const name of libraries) {
  it(`${name} writes to no stream`, () => {
    const sources = readdirSync(join(root, name, "src"), { recursive: true, encoding: "utf8" })
    const writing = sources
      .filter((file) => file.endsWith(".ts"))
      .filter((file) =>
        /\bconsole\.|\bConsole\b|process\.std(?:out|err)/.test(readFileSync(join(root, name, "src", file), "utf8"))
      )
    assert.isNotEmpty(sources)
    assert.deepStrictEqual(writing, [])
  })
}
