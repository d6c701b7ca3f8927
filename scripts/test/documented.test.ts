/**
 * Whatever a public module of a published package exports says what it is when somebody points at it: asked of the compiler, as an
 * editor does. What a file says at its head says nothing of each thing that is in it.
 */
import { afterAll, assert, describe, it } from "@effect/vitest"
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, relative } from "node:path"
import { API, type Symbol, SymbolFlags } from "typescript/unstable/sync"
import { published, root } from "../Workspaces.ts"

const folder = mkdtempSync(join(tmpdir(), "genesys-documented-"))

const slashed = (path: string) => path.replaceAll("\\", "/")

/** The files of a package that `exports` opens, and that somebody may import. */
const modulesOf = (directory: string): ReadonlyArray<string> =>
  globSync("src/**/*.ts", { cwd: directory })
    .filter((file) => !slashed(file).includes("/internal/"))
    .map((file) => join(directory, file))
    .toSorted()

const libraries = published()
  .filter(({ manifest }) => manifest.bin === undefined)
  .map(({ directory }) => directory)

/** The names that these modules export without a comment of their own, as `file: name`. */
const undocumented = (files: ReadonlyArray<string>, base: string): ReadonlyArray<string> => {
  const config = join(mkdtempSync(join(folder, "project-")), "tsconfig.json")
  const compilerOptions = { rootDir: "/", types: [] }
  writeFileSync(config, JSON.stringify({ extends: join(root, "tsconfig.json"), compilerOptions, include: [], files }))
  const api = new API()
  try {
    const project = api.updateSnapshot({ openProjects: [config] }).getProject(config)
    assert.isDefined(project)
    const { checker, program } = project
    const isDocumented = (symbol: Symbol) => symbol.getDocumentationComment(checker).trim() !== ""
    return files.flatMap((file) => {
      const source = program.getSourceFile(file)
      assert.isDefined(source, file)
      const module = checker.getSymbolAtLocation(source)
      // A file that exports nothing is no module.
      if (module === undefined) return []
      return checker
        .getExportsOfModule(module)
        .filter((symbol) => {
          if (isDocumented(symbol)) return false
          const target = (symbol.flags & SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol)
          // A whole module is told of by the head of its file, which is seen to below.
          return (target.flags & SymbolFlags.Module) === 0 && !isDocumented(target)
        })
        .map(({ name }) => `${slashed(relative(base, file))}: ${name}`)
    })
  } finally {
    api.close()
  }
}

describe("a package that can be imported", () => {
  const files = libraries.flatMap(modulesOf)

  it("says of each module what it is", () => {
    assert.isAbove(files.length, 200)
    assert.deepStrictEqual(
      files
        .filter((file) => !readFileSync(file, "utf8").startsWith("/**"))
        .map((file) => slashed(relative(root, file))),
      []
    )
  })

  it("says of all that it exports what it is", () => {
    assert.deepStrictEqual(undocumented(files, root), [])
  })
})

it("finds what says nothing, and only that", () => {
  const base = mkdtempSync(join(folder, "sample-"))
  const write = (name: string, text: string) => {
    const file = join(base, name)
    writeFileSync(file, text)
    return file
  }
  mkdirSync(base, { recursive: true })
  const one = write(
    "One.ts",
    [
      "/** A head. */",
      "import type * as Two from './Two.ts'",
      "/** Said. */",
      "export const said = 1",
      "export const silent = 2",
      "// No comment that an editor shows.",
      "export interface Silent { readonly two: typeof Two }",
      "/** @internal */",
      "export const tagged = 3"
    ].join("\n")
  )
  const two = write(
    "Two.ts",
    "/** A head. */\nexport * as One from './One.ts'\nexport { said, silent } from './One.ts'"
  )
  assert.deepStrictEqual(undocumented([one, two], base), [
    "One.ts: silent",
    "One.ts: Silent",
    "One.ts: tagged",
    "Two.ts: silent"
  ])
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))
