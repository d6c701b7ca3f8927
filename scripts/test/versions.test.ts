/** All packages have one version, and whatever else names it names the same one. */
import { assert, describe, it } from "@effect/vitest"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { changelog, texts, version } from "../Versions.ts"
import { published, root, workspaces } from "../Workspaces.ts"

const checkout = (versions: Readonly<Record<string, string>>, changelogs: Readonly<Record<string, string>> = {}) => {
  const folder = mkdtempSync(join(tmpdir(), "genesys-versions-"))
  writeFileSync(join(folder, "package.json"), JSON.stringify({ workspaces: ["*"] }))
  for (const [name, each] of Object.entries(versions)) {
    mkdirSync(join(folder, name))
    writeFileSync(join(folder, name, "package.json"), JSON.stringify({ name, version: each }))
    writeFileSync(join(folder, name, "CHANGELOG.md"), `# ${name}\n${changelogs[name] ?? ""}`)
  }
  return folder
}

describe("the version of the packages", () => {
  it("is one, and stands wherever it is named", () => {
    for (const [file, text] of texts()) assert.strictEqual(readFileSync(join(root, file), "utf8"), text, file)
    for (const { manifest } of workspaces()) {
      assert.strictEqual(manifest.version, version())
      for (const [name, range] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
        if (name.startsWith("@effect-genesys/")) assert.strictEqual(range, version(), `${manifest.name}: ${name}`)
      }
    }
  })

  it("is not made up where they have several", () => {
    assert.throws(() => version(checkout({ a: "1.0.0", b: "1.0.1" })), /several versions \(1\.0\.0, 1\.0\.1\)/)
  })

  it("is that of the changesets, which release all packages together", () => {
    const config: unknown = JSON.parse(readFileSync(join(root, ".changeset/config.json"), "utf8"))
    assert.deepInclude(config, { fixed: [["@effect-genesys/*"]], access: "public" })
    const names = new Set(workspaces().map(({ manifest }) => manifest.name))
    const changesets = readdirSync(join(root, ".changeset")).filter((file) => file.endsWith(".md"))
    for (const file of changesets) {
      const [, head = ""] = readFileSync(join(root, ".changeset", file), "utf8").split(/^---$/m)
      const named = Array.from(head.matchAll(/^"(.+)": (?:major|minor|patch)$/gm), ([, name = ""]) => name)
      assert.isNotEmpty(named, file)
      for (const name of named) assert.isTrue(names.has(name), `${file}: ${name}`)
    }
  })
})

it("the changelog of the root has what has changed, by version and package, and no release that only followed another", () => {
  const follows = "### Patch Changes\n\n- Updated dependencies [abc]\n- Updated dependencies\n  - a@1.1.0\n"
  const folder = checkout(
    { a: "1.1.0", b: "1.1.0" },
    {
      a: "\n## 1.1.0\n\n### Minor Changes\n\n- More.\n\n  With a second paragraph.\n\n## 1.0.0\n\n### Major Changes\n\n- First.\n",
      b: `\n## 1.1.0\n\n${follows}\n## 1.0.0\n\n### Major Changes\n\n- The other first.\n\n${follows}`
    }
  )
  const [, ...versions] = changelog(published(folder)).split(/^## /m)
  assert.deepStrictEqual(versions, [
    "1.1.0\n\n### a\n\n#### Minor Changes\n\n- More.\n\n  With a second paragraph.\n\n",
    "1.0.0\n\n### a\n\n#### Major Changes\n\n- First.\n\n### b\n\n#### Major Changes\n\n- The other first.\n"
  ])
})
