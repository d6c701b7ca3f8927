/** The examples are packages that can be taken elsewhere: each says what it needs, how it is run, and is in the table of all. */
import { assert, describe, it } from "@effect/vitest"
import { globSync, readFileSync } from "node:fs"
import { isBuiltin } from "node:module"
import { basename, join } from "node:path"
import { root, workspaces } from "../Workspaces.ts"

const all = workspaces().filter(({ directory }) => directory.startsWith(join(root, "examples")))
const table = readFileSync(join(root, "examples/README.md"), "utf8")

/** The packages that a file imports, but for those of Node. */
const packagesIn = (file: string) =>
  Array.from(
    readFileSync(file, "utf8").matchAll(/^(?:import|export)\b[^"'`;=()]*?(?:\bfrom\s+)?"([^".][^"]*)"/gm),
    ([, from = ""]) => from
  )
    .filter((from) => !isBuiltin(from))
    .map((from) =>
      from
        .split("/")
        .slice(0, from.startsWith("@") ? 2 : 1)
        .join("/")
    )

describe.each(all.map(({ directory, manifest }) => [basename(directory), { directory, manifest }] as const))(
  "examples/%s",
  (folder, { directory, manifest }) => {
    it("is private, and in the table", () => {
      assert.deepInclude(manifest, { name: `@effect-genesys/example-${folder}`, private: true })
      assert.include(table, `[\`${folder}\`](${folder}/)`)
      assert.match(
        readFileSync(join(directory, "README.md"), "utf8"),
        /\*\*Against the simulator\*\*[^]*\*\*Against your org\*\*/
      )
    })

    it("has a test, and names what its sources and that import", () => {
      const files = globSync("**/*.{ts,js}", { cwd: directory, exclude: ["**/node_modules/**"] })
      const tests = files.filter((file) => file.endsWith(".test.ts"))
      assert.isNotEmpty(tests)
      for (const file of files) {
        const needed = tests.includes(file)
          ? { ...manifest.dependencies, ...manifest.devDependencies }
          : (manifest.dependencies ?? {})
        assert.containsAllKeys({ ...needed, "": "" }, ["", ...packagesIn(join(directory, file))], file)
      }
    })
  }
)

it("are as many as there are", () => {
  assert.lengthOf(all, 8)
})
