/** What GitHub runs for each change and each release, and what a release is checked for. None of it has been run there. */
import { validateWorkflow } from "@action-validator/core"
import { assert, describe, it } from "@effect/vitest"
import { globSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parse } from "yaml"
import { bill, faults, setRepository } from "../release/Release.ts"
import { version } from "../Versions.ts"
import { published, root, workspaces } from "../Workspaces.ts"

const files = globSync(".github/workflows/*.yml", { cwd: root })
const read = (file: string) => readFileSync(join(root, file), "utf8")

interface Workflow {
  readonly permissions: unknown
  readonly jobs: Readonly<Record<string, Job>>
}
interface Job {
  readonly "timeout-minutes"?: number
  readonly permissions?: Readonly<Record<string, string>>
  readonly strategy?: { readonly matrix: Readonly<Record<string, ReadonlyArray<unknown>>> }
  readonly steps: ReadonlyArray<{ readonly run?: string; readonly uses?: string }>
}

describe.each(files)("%s", (file) => {
  const workflow: Workflow = parse(read(file))
  const jobs = Object.values(workflow.jobs)

  it("is a workflow", () => {
    // What GitHub has come to know since the validator was made.
    const known = read(file).replace(/^ +attestations: write\n/gm, "")
    assert.deepStrictEqual(validateWorkflow(known).errors, [])
  })

  it("may do no more than it has to, and runs what nobody can change under its name", () => {
    assert.deepStrictEqual(workflow.permissions, { contents: "read" })
    for (const { permissions = {}, steps, ...job } of jobs) {
      assert.isAbove(job["timeout-minutes"] ?? 0, 0)
      // A release signs, and writes nothing here.
      assert.notInclude(Object.entries(permissions).flat(), "packages")
      assert.strictEqual(permissions["contents"] ?? "read", "read")
      for (const { uses } of steps) if (uses !== undefined) assert.match(uses, /^actions\/[\w-]+@[0-9a-f]{40}$/)
    }
    assert.notMatch(read(file), /secrets\.|pull_request_target|\$\{\{\s*github\.event/)
  })

  it("runs scripts that there are", () => {
    const { scripts }: { readonly scripts: Readonly<Record<string, string>> } = JSON.parse(read("package.json"))
    const lines = jobs.flatMap(({ steps }) => steps.flatMap(({ run }) => run?.split("\n") ?? []))
    const there = new Set(
      globSync(["scripts/**/*.ts", ".ci/*"], { cwd: root }).map((each) => each.replaceAll("\\", "/"))
    )
    assert.isNotEmpty(lines)
    for (const line of lines) {
      for (const [, name = ""] of line.matchAll(/npm (?:run )?(?!ci\b|run\b)(\w+)/g))
        assert.property(scripts, name, line)
      for (const [path] of line.matchAll(/(?:scripts|\.ci)\/[\w./]+/g)) assert.isTrue(there.has(path), line)
    }
  })
})

it("each change is tried on three systems, and with each Node that the packages are for", () => {
  const { jobs }: Workflow = parse(read(".github/workflows/ci.yml"))
  const systems = ["ubuntu-latest", "macos-latest", "windows-latest"]
  assert.deepStrictEqual(jobs["test"]?.strategy?.matrix, { os: systems })
  const matrix = jobs["node"]?.strategy?.matrix
  assert.deepStrictEqual(matrix?.["os"], systems)
  const { engines }: { readonly engines: { readonly node: string } } = JSON.parse(read("package.json"))
  const [oldest, ...later] = matrix?.["node"] ?? []
  assert.strictEqual(`>=${String(oldest).replace(/\.0$/, "")}`, engines.node)
  assert.deepStrictEqual(later, [24, 26])
})

describe("a release", () => {
  const checkout = () => {
    const folder = mkdtempSync(join(tmpdir(), "genesys-release-"))
    for (const name of [".changeset", "packages/a"]) mkdirSync(join(folder, name), { recursive: true })
    writeFileSync(join(folder, "package.json"), JSON.stringify({ workspaces: ["packages/*"] }))
    writeFileSync(join(folder, "packages/a/package.json"), JSON.stringify({ name: "a", version: "1.2.3" }))
    return folder
  }

  it("has its version for a tag, and leaves no change behind", () => {
    const folder = checkout()
    assert.deepStrictEqual(faults("v1.2.3", folder), [])
    assert.match(faults("v1.2.4", folder).join(), /The tag is v1\.2\.4, and the packages are v1\.2\.3/)
    writeFileSync(join(folder, ".changeset/kind-cats-sing.md"), "")
    assert.match(faults("v1.2.3", folder).join(), /wait for a version: kind-cats-sing\.md/)
  })

  it("says from where it comes, which no manifest does before", () => {
    const folder = checkout()
    setRepository("https://github.com/owner/name", folder)
    assert.deepInclude(JSON.parse(readFileSync(join(folder, "packages/a/package.json"), "utf8")), {
      name: "a",
      repository: { type: "git", url: "git+https://github.com/owner/name.git", directory: "packages/a" }
    })
    for (const url of ["", "owner/name", "http://github.com/owner/name", "https://github.com/owner/name?x"]) {
      assert.throws(() => setRepository(url, folder), /is not the address of a repository/)
    }
    for (const { directory } of published())
      assert.notProperty(JSON.parse(readFileSync(join(directory, "package.json"), "utf8")), "repository")
  })

  it("runs no script where it is installed, nor does what it needs", () => {
    const lock: Lock = JSON.parse(read("package-lock.json"))
    const running = Object.entries(lock.packages).filter(([, one]) => one.hasInstallScript === true && one.dev !== true)
    assert.deepStrictEqual(
      running.filter(([place]) => place !== ""),
      []
    )
    for (const { directory } of published()) {
      const { scripts = {} }: { readonly scripts?: object } = JSON.parse(
        readFileSync(join(directory, "package.json"), "utf8")
      )
      assert.deepStrictEqual(
        Object.keys(scripts).filter((name) => /^(?:(?:pre|post)?install|prepare)$/.test(name)),
        []
      )
    }
  })

  it("has a list of all that is in it", () => {
    const list: Bill = JSON.parse(bill())
    assert.strictEqual(list.bomFormat, "CycloneDX")
    assert.deepInclude(list.metadata.component, { name: "effect-genesys", version: version() })
    const found = list.components.map(({ purl }) => decodeURIComponent(purl))
    for (const { manifest } of workspaces()) assert.include(found, `pkg:npm/${manifest.name}@${manifest.version}`)
    // Also what is in the bundles of the programs.
    for (const name of ["effect", "undici", "jq-wasm"]) {
      assert.isTrue(
        found.some((each) => each.startsWith(`pkg:npm/${name}@`)),
        name
      )
    }
    assert.notInclude(JSON.stringify(list), root)
  })
})

interface Bill {
  readonly bomFormat: string
  readonly metadata: { readonly component: Readonly<Record<string, unknown>> }
  readonly components: ReadonlyArray<{ readonly purl: string }>
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly hasInstallScript?: boolean; readonly dev?: boolean }>>
}
