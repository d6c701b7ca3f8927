/** ARCHITECTURE.md says what is so. */
import { assert, describe, it } from "@effect/vitest"
import { existsSync, readFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { arrows, picture } from "../Picture.ts"
import { circles, sources } from "../Sources.ts"
import { root } from "../Workspaces.ts"

const all = sources()
const text = readFileSync(join(root, "ARCHITECTURE.md"), "utf8")

/** What each may import. `cli` runs the worker, which is built into it, and imports nothing of it. */
const allowed: Readonly<Record<string, ReadonlyArray<string>>> = {
  core: [],
  // Its `testing` alone: see below.
  simulator: ["auth", "client"],
  auth: ["core"],
  client: ["core", "auth"],
  sdk: ["core", "auth", "client"],
  export: ["core", "auth", "client", "sdk"],
  fleet: ["core", "auth", "client", "export"],
  program: ["core", "auth", "client", "export"],
  worker: ["core", "auth", "client", "sdk", "export", "fleet", "program"],
  cli: ["core", "auth", "client", "sdk", "export", "program", "simulator"],
  benchmarks: ["core", "auth", "client", "sdk", "export", "simulator"]
}

const isSmall = (file: string) => /^[a-z]/.test(basename(file))
/** Where the small files of a folder may be imported: in it, and those of `internal` in all of the package. */
const homeOf = (file: string) => {
  const inner = file.indexOf("/internal/")
  return inner === -1 ? dirname(file) : file.slice(0, inner)
}
/** What a program begins with, and what puts its commands together. */
const isFront = (file: string) => /^apps\/\w+\/src\/(?:(?:main|parsed)\.ts$|commands\/)/.test(file)
/** What only hands on what is public. */
const isIndex = (file: string) => /\/src\/(?:testing\/)?index\.ts$/.test(file)

describe("the sources", () => {
  it("are as many as there are", () => {
    assert.isAbove(all.length, 400)
    assert.isAbove(all.flatMap(({ imports }) => imports).length, 1_000)
  })

  it("are as the picture shows them; node scripts/writeArchitecture.ts draws it", () => {
    const [, drawn = ""] = text.split(/<!-- \/?picture -->/)
    assert.strictEqual(drawn.trim(), picture())
  })

  it("point one way", () => {
    const wrong = arrows().filter(({ from, to }) => !allowed[from]?.includes(to))
    assert.deepStrictEqual(wrong, [])
  })

  it("of the simulator know nothing of the others, but for the layer that puts a client before it", () => {
    const isKit = (file: string) => file.startsWith("packages/simulator/src/testing/")
    const wrong = all.flatMap(({ file, imports, workspace }) =>
      workspace === "packages/simulator" && !isKit(file)
        ? imports
            .filter((one) => !one.file.startsWith("packages/simulator/") || isKit(one.file))
            .map((one) => `${file} imports ${one.file}`)
        : []
    )
    assert.deepStrictEqual(wrong, [])
  })

  it("go in no circle, types included", () => {
    assert.deepStrictEqual(circles(all), [])
  })

  it("have small files for their own folder, and capitals for others", () => {
    const wrong = all.flatMap(({ file, imports }) =>
      imports
        .filter((one) => isSmall(one.file) && !isIndex(one.file))
        .filter((one) => !file.startsWith(`${homeOf(one.file)}/`) && !isFront(file))
        .map((one) => `${file} imports ${one.file}`)
    )
    assert.deepStrictEqual(wrong, [])
    assert.deepStrictEqual(
      all.map(({ file }) => file).filter((file) => file.includes("/internal/") && !isSmall(file)),
      []
    )
  })

  it("have no two names that differ by case alone", () => {
    const names = all.map(({ file }) => file.toLowerCase())
    assert.lengthOf(new Set(names), names.length)
  })

  it("load what a command does when it is called", () => {
    const isFlags = (file: string) => /\/(?:flags|\w+Flags)\.ts$/.test(file) || file.includes("/commands/")
    /** What a service of the whole tree needs, however it was called. */
    const ofTree = new Set([
      "packages/client/src/RetryPolicy.ts",
      "packages/client/src/Waiting.ts",
      "packages/program/src/GivenFlags.ts"
    ])
    const early = all
      .filter(({ file }) => file.startsWith("apps/cli/src/commands/"))
      .flatMap(({ file, imports }) =>
        imports
          .filter((one) => !one.isLate && !one.isType && !isFlags(one.file))
          .filter((one) => !ofTree.has(one.file) && one.file !== "apps/cli/src/calls/WaitNotes.ts")
          .map((one) => `${file} imports ${one.file}`)
      )
    assert.deepStrictEqual(early, [])
  })
})

it("ARCHITECTURE.md names files that are there", () => {
  const named = Array.from(text.matchAll(/`([a-z]+\/[\w./-]+\w\/?)`/g), ([, path = ""]) => path)
  assert.isAbove(named.length, 20)
  const files = all.map(({ file }) => file.replace(/^(?:packages|apps)\//, "").replace("/src/", "/"))
  const isThere = (path: string) =>
    existsSync(join(root, path)) ||
    files.some((file) => `/${file}`.includes(`/${path}.`) || `/${file}`.includes(`/${path}`))
  assert.deepStrictEqual(
    named.filter((path) => !isThere(path)),
    []
  )
})
