/**
 * What is published: whatever `npm pack` makes of each workspace that is not private. `PROVE=1`: its bundles are made anew, to see whose
 * code they hold (`notices.test.ts` has each kind of licence in each test run), and all is started that could miss something; else each
 * program once, and all modules together.
 */
import { checkPackage, createPackageFromTarballData, type Problem } from "@arethetypeswrong/core"
import { afterAll, assert, describe, it } from "@effect/vitest"
import { execFile, execFileSync, spawnSync } from "node:child_process"
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { isBuiltin } from "node:module"
import { homedir, tmpdir } from "node:os"
import { dirname, join, posix } from "node:path"
import { pathToFileURL } from "node:url"
import { publint } from "publint"
import { formatMessage } from "publint/utils"
import { rolldown, type RolldownOptions } from "rolldown"
import { root } from "../Workspaces.ts"
import { type Packed, type Targets, tarballs, unpackAll } from "./Packed.ts"
import * as Strict from "./outside/Strict.ts"

const isProof = process.env["PROVE"] !== undefined
const timeout = 240_000

const folderOfAll = mkdtempSync(join(tmpdir(), "genesys-packed-"))
const all = await unpackAll(folderOfAll)

afterAll(() => rmSync(folderOfAll, { recursive: true, force: true }))

/** All that a tarball may hold. */
const allowed = [
  /^(?:package\.json|README\.md|CHANGELOG\.md|LICENSE|settings\.schema\.json|dist\/THIRD-PARTY-NOTICES\.txt)$/,
  /^bin\/[\w-]+\.cjs$/,
  /^dist\/man\/[\w-]+\.1$/,
  /^dist\/bundle\/[\w/-]+\.c?js$/,
  /^dist\/bundle\/page\/\w+\.(?:html|css|svg)$/,
  /^dist\/(?!bundle\/)[\w/]+\.(?:js|d\.ts)(?:\.map)?$/,
  /^src\/[\w/]+\.ts$/,
  /^schemas\/[\w.-]+\.json$/
]

/** A user who has nothing but what the tarballs bring. */
const run = (file: string, ...args: ReadonlyArray<string>) => {
  const home = mkdtempSync(join(tmpdir(), "genesys-home-"))
  // What a program has compiled, and nothing else, is there for the next one.
  const compiled = { NODE_COMPILE_CACHE: join(folderOfAll, "compiled") }
  const env = { PATH: process.env["PATH"], HOME: home, ...(file.endsWith(".cjs") ? compiled : {}) }
  const { promise, resolve } = Promise.withResolvers<Readonly<Record<"code" | "stdout" | "stderr", unknown>>>()
  execFile(process.execPath, [file, ...args], { env, cwd: home, timeout }, (error, stdout, stderr) =>
    resolve({ code: error === null ? 0 : error.code, stdout, stderr })
  )
  return promise
}

const named = (name: string) => {
  const found = all.find(({ manifest }) => manifest.name === `@effect-genesys/${name}`)
  assert.isDefined(found)
  return found
}

const licenceIn = (folder: string) => readdirSync(folder).find((file) => /^licen[cs]e/i.test(file)) ?? ""

/** The `*` of a pattern that each file of the package stands for. */
const starsOf = ({ files, manifest }: Packed, target: string) => {
  const closed = Object.entries(manifest.exports ?? {})
    .filter(([, targets]) => targets === null)
    .map(([from]) => from.replace(/^\.\//, "").replace("*", ""))
  const [before = "", after = ""] = target.replace(/^\.\//, "").split("*")
  return files
    .filter((file) => file.startsWith(before) && file.endsWith(after))
    .map((file) => file.slice(before.length, file.length - after.length))
    .filter((star) => !star.endsWith(".d") && !closed.some((start) => star.startsWith(start)))
    .toSorted()
}

const roff = (word: string) => word.replaceAll("-", String.raw`\\-`)

const publintFiles = ({ files, folder }: Packed) =>
  files.map((name) => ({ name: `/package/${name}`, data: new Uint8Array(readFileSync(join(folder, name))) }))

/** All that can be imported of a package, each by its own name. */
const entryPoints = (packed: Packed) =>
  Object.entries(packed.manifest.exports ?? {}).flatMap(([from, targets]) => {
    const types = targets !== null && typeof targets !== "string" ? targets["types"] : undefined
    if (types === undefined) return []
    return types.includes("*") ? starsOf(packed, types).map((star) => from.replace("*", star)) : [from]
  })

const targetsOf = (targets: Targets) =>
  targets === null ? [] : typeof targets === "string" ? [targets] : Object.values(targets)

const registry = execFileSync("npm", ["config", "get", "registry"], { cwd: root, encoding: "utf8" }).trim()
const places = [root, `${homedir()}/`, new URL(registry).host, "registry.npmjs.org"]

describe.each(all.map((packed) => [packed.manifest.name, packed] as const))("%s", (name, packed) => {
  const { files, folder, manifest, text, workspace } = packed

  it("holds what belongs into a package, and nothing else", () => {
    assert.deepStrictEqual(
      files.filter(
        (file) => !allowed.some((pattern) => pattern.test(file)) || /(?:^|[./])(?:test|bench)s?[./]/.test(file)
      ),
      []
    )
    assert.strictEqual(text("LICENSE"), readFileSync(join(root, "LICENSE"), "utf8"))
    assert.include(files, "README.md")
    assert.match(text("CHANGELOG.md"), new RegExp(`^# ${name}\n\n## ${manifest.version}\n`))
    const sizes = files.map((file) => statSync(join(folder, file)).size)
    assert.isBelow(Math.max(...sizes), 1_000_000)
    assert.isBelow(
      sizes.reduce((sum, size) => sum + size, 0),
      4_000_000
    )
  })

  it("says what npm and its users ask for", () => {
    const { engines }: Required<Packed["manifest"]> = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
    // Provenance is made by the place that builds a release: nobody can publish one by hand.
    const publishConfig = { access: "public", provenance: true }
    assert.deepInclude(manifest, { license: "MIT", type: "module", engines, publishConfig })
    assert.match(manifest.description ?? "", /^\S.{20,200}\.$/)
    assert.deepInclude(manifest.scripts, { prepack: "node ../../scripts/prepack.ts" })
    assert.isNotEmpty(manifest.files)
    // A bundler asks for it where there is something to import.
    const isImported = Object.keys(manifest.exports ?? {}).includes(".")
    assert.strictEqual(manifest.sideEffects !== undefined, isImported)
    for (const [dependency, version] of Object.entries(manifest.dependencies ?? {})) {
      const own = all.find((other) => other.manifest.name === dependency)
      assert.match(version, /^\d+\.\d+\.\d+[\w.-]*$/, dependency)
      // A private workspace is found by nobody else.
      if (dependency.startsWith("@effect-genesys/")) assert.strictEqual(own?.manifest.version, version, dependency)
    }
  })

  it("exports files that are there, and has no source without types and code", () => {
    for (const [from, targets] of Object.entries(manifest.exports ?? {})) {
      const found = targetsOf(targets)
      for (const target of found.filter((each) => !each.includes("*"))) {
        assert.include(files, target.slice("./".length), from)
      }
      const stars = found.filter((target) => target.includes("*")).map((target) => starsOf(packed, target))
      for (const each of stars) assert.deepStrictEqual([each, each.length > 0], [stars[0], true], from)
    }
    for (const [from, targets] of Object.entries(manifest.imports ?? {})) {
      assert.include(files, (targetsOf(targets).at(-1) ?? "").slice("./".length), from)
    }
  })

  it("has no map without its source, and no code without the map that it names", () => {
    for (const file of files.filter((each) => each.endsWith(".map"))) {
      const { sources }: { readonly sources: ReadonlyArray<string> } = JSON.parse(text(file))
      for (const source of sources) assert.include(files, posix.join(dirname(file), source), file)
    }
    for (const file of files.filter((each) => /^dist\/.*\.[cjt]+s$/.test(each))) {
      const [, map] = /^\/\/# sourceMappingURL=(.*)$/m.exec(text(file)) ?? []
      if (map !== undefined) assert.include(files, posix.join(dirname(file), map), file)
    }
  })

  it("names no folder of this machine and no registry", () => {
    for (const file of files) {
      const content = text(file)
      assert.deepStrictEqual(
        places.filter((place) => content.includes(place)),
        [],
        file
      )
    }
  })

  it("has nothing that publint would say", async () => {
    const { messages, pkg } = await publint({ pack: { files: publintFiles(packed) }, pkgDir: "/package", strict: true })
    assert.deepStrictEqual(
      messages.map((message) => formatMessage(message, pkg, { color: false })),
      []
    )
  })

  const isShort = name === "@effect-genesys/core"
  it.skipIf(!isProof && !isShort)("has types where a compiler looks for them", { timeout }, async () => {
    const tarball = createPackageFromTarballData(new Uint8Array(readFileSync((await tarballs()).get(name) ?? name)))
    const found = await checkPackage(tarball, { entrypoints: [...entryPoints(packed)] })
    if (!found.types) return assert.isDefined(manifest.bin)
    assert.isAbove(Object.keys(found.entrypoints).length, 5)
    // Each Node that we run on can require a module, and knows `exports`: what was before it does not count.
    const isPast = (problem: Problem) =>
      problem.kind === "CJSResolvesToESM" || ("resolutionKind" in problem && problem.resolutionKind === "node10")
    assert.deepStrictEqual(
      found.problems.filter((problem) => !isPast(problem)),
      []
    )
  })

  it("takes Effect from whoever installs it, if one can import it", () => {
    const shared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }).filter((dependency) =>
      /^effect$|^@effect\/platform-node$/.test(dependency)
    )
    const isLibrary = manifest.bin === undefined
    assert.strictEqual(shared.includes("effect"), isLibrary)
    // A copy of its own would not understand what another one has wrapped.
    for (const dependency of shared) assert.strictEqual(manifest.peerDependencies?.[dependency], "^4.1.0", dependency)
  })

  for (const [program, file] of Object.entries(manifest.bin ?? {})) {
    it(`brings a manual page of ${program}`, () => {
      // npm links those of a list alone.
      assert.deepStrictEqual(manifest.man, [`./dist/man/${program}.1`])
      assert.match(text(`dist/man/${program}.1`), new RegExp(`^\\.TH ${roff(program).toUpperCase()} 1 `))
    })

    it(`brings ${program}, which runs`, { timeout }, async () => {
      const { stderr, stdout } = await run(join(folder, file), "--version")
      assert.deepStrictEqual([stdout, stderr], [`${program} v${manifest.version}\n`, ""])
    })
  }

  const config = join(workspace.directory, "rolldown.config.js")
  if (existsSync(config)) {
    it("loads by name what is Node's own or declared, and nothing else", () => {
      const declared = new Set(Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }))
      const bundles = files.filter((file) => file.startsWith("dist/bundle/"))
      const loaded = bundles.flatMap((file) =>
        Array.from(
          text(file).matchAll(/\b(?:require|import)\(\s*["'`]([^"'`.$][^"'`$]*)["'`]\s*\)/g),
          ([, module = ""]) => module
        )
      )
      assert.isAbove(loaded.length, 20)
      assert.deepStrictEqual(
        loaded.filter((module) => !isBuiltin(module) && !declared.has(module)),
        []
      )
    })

    it.skipIf(!isProof)("says whose code its bundles hold", { timeout }, async () => {
      const { default: configs }: { readonly default: ReadonlyArray<RolldownOptions> } = await import(
        pathToFileURL(config).href
      )
      const made = await Promise.all(
        configs.map(async ({ output, ...input }) => {
          if (output === undefined || Array.isArray(output)) throw new Error(`A bundle of ${name} has several outputs.`)
          const bundle = await rolldown({ ...input, cwd: workspace.directory })
          const parts = (await bundle.generate(output)).output
          return {
            files: parts.map(({ fileName }) => `${output.dir}/${fileName}`),
            modules: parts.flatMap((part) => (part.type === "chunk" ? Object.keys(part.modules) : []))
          }
        })
      )
      // What is packed is what the bundler makes of these sources.
      assert.deepStrictEqual(
        files.filter((file) => file.startsWith("dist/bundle/")),
        made.flatMap((bundle) => bundle.files).toSorted()
      )
      const notices = text("dist/THIRD-PARTY-NOTICES.txt")
      const modules = new Set(made.flatMap((bundle) => bundle.modules))
      const owners = new Set([...modules].flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []))
      assert.isAbove(owners.size, 5)
      for (const owner of owners) {
        const bundled: Packed["manifest"] = JSON.parse(readFileSync(join(owner, "package.json"), "utf8"))
        assert.include(notices, `\n${bundled.name} ${bundled.version} (${bundled.license})\n`)
        assert.include(notices, readFileSync(join(owner, licenceIn(owner)), "utf8").trim())
      }
      // What others have copied into their modules.
      const copied = [...modules]
        .filter((id) => id.includes("/node_modules/"))
        .flatMap((id) => readFileSync(id, "utf8").match(/^(?: \*|\/\/)\s+Copyright .*$/gim) ?? [])
      assert.isNotEmpty(copied)
      for (const line of copied) assert.include(notices, line)
    })
  }
})

describe("an installation", () => {
  it("loads with the packages that each declares, in silence", { timeout }, async () => {
    const modules = all.flatMap(({ files, folder, manifest }) => {
      const effects = new Set(manifest.sideEffects?.map((file) => file.slice("./".length)))
      return files
        .filter((file) => /^dist\/(?!bundle\/).*\.js$/.test(file) && !effects.has(file))
        .map((file) => pathToFileURL(join(folder, file)).href)
    })
    const program = join(mkdtempSync(join(tmpdir(), "genesys-all-")), "all.mjs")
    writeFileSync(program, modules.map((module) => `await import(${JSON.stringify(module)})\n`).join(""))
    assert.isAbove(modules.length, 300)
    assert.deepStrictEqual(await run(program), { code: 0, stdout: "", stderr: "" })
  })

  it("of the libraries is what a strict program compiles against", () => {
    const project = mkdtempSync(join(folderOfAll, "user-"))
    const link = (name: string, to: string) => {
      const place = join(project, "node_modules", name)
      mkdirSync(dirname(place), { recursive: true })
      symlinkSync(to, place)
    }
    for (const { folder, manifest } of all) link(manifest.name, folder)
    for (const name of ["effect", "@effect/platform-node", "@types/node"]) link(name, join(root, "node_modules", name))
    writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module" }))
    copyFileSync(Strict.program, join(project, "program.ts"))
    const args = ["-p", Strict.configure(project, "nodenext", ["program.ts"], { skipLibCheck: true })]
    const compiled = spawnSync(join(root, "node_modules/.bin/tsc"), args, { cwd: project, encoding: "utf8" })
    assert.deepStrictEqual([compiled.stdout, compiled.status], ["", 0])
  })

  it.skipIf(!isProof)("of the command line has the worker of its demo within", { timeout }, async () => {
    const { folder } = named("cli")
    const program = join(folder, "worker.mjs")
    writeFileSync(program, `console.log(import.meta.resolve("#worker"))`)
    const { stdout } = await run(program)
    const worker = await run(new URL(String(stdout)).pathname, "--version")
    assert.deepInclude(worker, { stdout: `genesys-worker v${named("worker").manifest.version}\n`, stderr: "" })
  })

  it.skipIf(!isProof)(
    "without the official SDK fails at the first call of an operation, and says how to install it",
    { timeout },
    async () => {
      const program = join(named("sdk").folder, "call.mjs")
      writeFileSync(
        program,
        `import { Environment } from "@effect-genesys/auth/Environment"
      import { GenesysClient } from "@effect-genesys/client/GenesysClient"
      import * as Effect from "effect/Effect"
      import * as Layer from "effect/Layer"
      import { GenesysSdk } from "./dist/GenesysSdk.js"
      const services = [Layer.succeed(GenesysClient, {}), Layer.succeed(Environment, { apiUrl: "" })]
      const call = GenesysSdk.use((sdk) => sdk.UsersApi.getUsers())
      const layer = Layer.provide(GenesysSdk.layer, services)
      await Effect.runPromise(Effect.provide(call, layer)).catch(({ _tag, message }) => console.log(_tag, message))`
      )
      const { stderr, stdout } = await run(program)
      assert.strictEqual(stderr, "")
      assert.match(String(stdout), /^MissingSdkError The official SDK is not installed\. Install it/)
    }
  )

  const genesys = (...args: ReadonlyArray<string>) => run(join(named("cli").folder, "bin/genesys.cjs"), ...args)

  for (const args of [
    ["sdk", "list"],
    ["sdk", "call", "getUsersMe"],
    ["simulator", "--all-operations"]
  ]) {
    const what = `of the command line without the official SDK says so at ${args.join(" ")}`
    it.skipIf(args[1] !== "call" && !isProof)(what, { timeout }, async () => {
      const { code, stderr } = await genesys(...args)
      const missing = /^genesys: .*he official SDK.* is not installed\. .*npm install purecloud-platform-client-v2/
      assert.deepStrictEqual([code, missing.test(String(stderr))], [1, true], String(stderr))
    })
  }

  it.skipIf(!isProof)("of the command line without the official SDK does everything else", { timeout }, async () => {
    const completions = await genesys("completions", "bash", "--whole")
    assert.deepStrictEqual([completions.code, completions.stderr], [0, ""])
    assert.include(String(completions.stdout), "notifications")
  })
})
