/** `npm pack` in a checkout of two small packages, of which one needs the other. */
import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { pathToFileURL } from "node:url"
import type * as Build from "../Build.ts"
import type * as Workspaces from "../Workspaces.ts"
import { root } from "../Workspaces.ts"

const checkout = async () => {
  const folder = mkdtempSync(join(tmpdir(), "genesys-checkout-"))
  const path = (file: string) => join(folder, file)
  const write = (file: string, text: string) => {
    mkdirSync(dirname(path(file)), { recursive: true })
    writeFileSync(path(file), text)
  }
  for (const file of ["turbo.json", "tsconfig.base.json", "LICENSE", ...globSync("scripts/*.ts", { cwd: root })]) {
    cpSync(join(root, file), path(file))
  }
  write("package.json", JSON.stringify({ private: true, type: "module", workspaces: ["packages/*"] }))
  const shared = { version: "0.0.0", type: "module", files: ["dist", "!dist/.*", "src"] }
  const scripts = { prepack: "node ../../scripts/prepack.ts" }
  for (const [name, dependencies] of [
    ["one", {}],
    ["two", { one: "0.0.0" }]
  ] as const) {
    write(`packages/${name}/package.json`, JSON.stringify({ name, ...shared, scripts, dependencies }))
    write(`packages/${name}/src/index.ts`, `export const a = "${name}"\n`)
    write(`packages/${name}/src/internal/b.ts`, "export const b = 1\n")
    cpSync(join(root, "LICENSE"), path(`packages/${name}/LICENSE`))
  }
  // They take the folder above their own for the checkout.
  const { sweep, faults, write: finish }: typeof Build = await import(pathToFileURL(path("scripts/Build.ts")).href)
  const { workspaces }: typeof Workspaces = await import(pathToFileURL(path("scripts/Workspaces.ts")).href)
  return {
    path,
    write,
    /** As the compiler and the last step of `npm run build` do it. */
    build: () => {
      for (const file of globSync("packages/*/src/**/*.ts", { cwd: folder })) {
        write(file.replace("/src/", "/dist/").replace(/ts$/, "js"), "export const a = 1\n")
      }
      for (const workspace of workspaces(folder)) {
        sweep(workspace)
        finish(workspace)
      }
    },
    /** What is said against packing it. */
    refusal: (name: string) => {
      const found = workspaces(folder).find(({ manifest }) => manifest.name === name)
      assert.isDefined(found)
      sweep(found)
      return faults(found).join("\n")
    },
    npmPack: (name: string) => spawnSync("npm", ["pack"], { cwd: path(`packages/${name}`), encoding: "utf8" })
  }
}

describe("npm pack", () => {
  it("refuses what was not built, and packs it once it was", { timeout: 60_000 }, async () => {
    const { build, npmPack, path } = await checkout()
    const refused = npmPack("one")
    assert.notStrictEqual(refused.status, 0)
    assert.include(refused.stderr, "one cannot be packed.\nIt is not built, ")
    build()
    assert.deepInclude(npmPack("one"), { status: 0 })
    assert.isTrue(existsSync(path("packages/one/one-0.0.0.tgz")))
  })

  it("refuses what was built from other sources, whatever the times of files are", async () => {
    const { build, path, refusal, write } = await checkout()
    build()
    assert.deepStrictEqual([refusal("one"), refusal("two")], ["", ""])
    const source = "packages/one/src/index.ts"
    // As git does when it goes to another branch and back.
    utimesSync(path(source), new Date(), new Date(Date.now() + 60_000))
    assert.deepStrictEqual([refusal("one"), refusal("two")], ["", ""])
    write(source, "export const a = 2\n")
    utimesSync(path(source), new Date(0), new Date(0))
    for (const name of ["one", "two"]) {
      assert.include(
        refusal(name),
        "Its sources, or those of a package that it needs, have changed since it was built."
      )
    }
    build()
    assert.deepStrictEqual([refusal("one"), refusal("two")], ["", ""])
    for (const file of ["tsconfig.base.json", "packages/two/package.json", "packages/two/src/New.ts"]) {
      write(file, '{ "name": "two" }')
      assert.include(refusal("two"), "have changed since it was built.", file)
      build()
    }
  })

  it("leaves out what was made of a source that is gone, and misses what was removed", async () => {
    const { build, path, refusal, write } = await checkout()
    build()
    for (const file of ["Old.js", "Old.d.ts.map", "internal/Old.js"]) write(`packages/one/dist/${file}`, "")
    assert.strictEqual(refusal("one"), "")
    for (const file of ["Old.js", "Old.d.ts.map", "internal/Old.js"]) {
      assert.isFalse(existsSync(path(`packages/one/dist/${file}`)), file)
    }
    rmSync(path("packages/one/dist/internal/b.js"))
    assert.include(refusal("one"), "dist/internal/b.js is missing. Run npm run clean, then npm run build.")
  })

  it("refuses a package without our licence", async () => {
    const { build, path, refusal, write } = await checkout()
    build()
    write("packages/one/LICENSE", "Another one.")
    assert.include(refusal("one"), "It has not the LICENSE of the root folder")
    rmSync(path("packages/one/LICENSE"))
    assert.include(refusal("one"), "It has not the LICENSE of the root folder")
  })
})
