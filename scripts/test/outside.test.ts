/**
 * `PROVE=1`: from outside, the tarballs, installed by npm into an empty project and for a whole machine, with another version of Effect,
 * and with each TypeScript and Node that they are for. It takes from the registry what npm has not kept of the installation of this checkout;
 * where there is none, nothing here can be tried. In each test run, `packages.test.ts` installs them without npm, and compiles the same program.
 */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { execFile, execFileSync, spawnSync } from "node:child_process"
import { randomUUID } from "node:crypto"
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, dirname, join } from "node:path"
import { promisify, stripVTControlCharacters } from "node:util"
import * as Versions from "../Versions.ts"
import { root } from "../Workspaces.ts"
import * as Packed from "./Packed.ts"
import * as Strict from "./outside/Strict.ts"

/** What npm installs may have to come from far away. */
const timeout = 900_000
const isProof = process.env["PROVE"] !== undefined
const isReachable = () => spawnSync("npm", ["ping", "--silent", "--fetch-retries=0"], { timeout: 20_000 }).status === 0

const folder = mkdtempSync(join(tmpdir(), "genesys-outside-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }), timeout)

const within = (name: string) => {
  const made = join(folder, name)
  mkdirSync(made)
  return made
}

const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env["PATH"]}` }
const exec = promisify(execFile)
const npm = (cwd: string, ...args: ReadonlyArray<string>) =>
  exec("npm", [...args, "--prefer-offline", "--no-audit", "--no-fund"], { cwd, env, timeout })

const versionOf = (name: string) => {
  const { version }: { readonly version: string } = JSON.parse(
    readFileSync(join(root, "node_modules", name, "package.json"), "utf8")
  )
  return version
}

/** Effect, as its next patch may come: what it holds is the same, but it is another version than the one that we were built with. */
const nextPatch = () => {
  const [major, minor, patch] = versionOf("effect").split(".").map(Number)
  const made = within("effect")
  cpSync(join(root, "node_modules/effect"), made, {
    recursive: true,
    filter: (path) => !path.startsWith(join(root, "node_modules/effect/node_modules"))
  })
  const file = join(made, "package.json")
  const manifest: Record<string, unknown> = JSON.parse(readFileSync(file, "utf8"))
  writeFileSync(file, JSON.stringify({ ...manifest, version: `${major}.${minor}.${(patch ?? 0) + 1}`, scripts: {} }))
  const packed = execFileSync("npm", ["pack", "--silent", "--ignore-scripts"], { cwd: made, encoding: "utf8" }).trim()
  return join(made, packed)
}

/** The oldest and the newest that `engines` allows, and the one that the checkout has. */
const nodes = ["22.19.0", process.versions.node, "26.10.0"]
const compilers = ["5.9.3", versionOf("typescript")]

/** All that can be imported of what is installed of ours, but for what tests stand on: that needs a runner of tests. */
const entryPoints = (project: string): ReadonlyArray<string> =>
  globSync("node_modules/@effect-genesys/*/dist/**/*.js", { cwd: project })
    .map((file) =>
      file
        .replaceAll("\\", "/")
        .replace(/^node_modules\//, "")
        .replace("/dist/", "/")
        .replace(/\.js$/, "")
    )
    .filter((name) => !/\/(?:internal\/|testing\/.|index$)/.test(name))
    .map((name) => name.replace(/\/testing\/index$/, "/testing"))
    .toSorted()

const example = join(root, "examples/service.test.ts")

const isCut = isProof && !isReachable()

describe.skipIf(!isProof || isCut)(`from outside${isCut ? ", not tried: the registry cannot be reached" : ""}`, () => {
  let tarballs: ReadonlyMap<string, string>
  let project: string
  let machine: string
  const typescripts = new Map<string, string>()
  const runtimes = new Map<string, string>()

  beforeAll(async () => {
    tarballs = await Packed.tarballs()
    project = within("project")
    writeFileSync(join(project, "package.json"), JSON.stringify({ name: "outside", private: true, type: "module" }))
    const libraries = [...tarballs].filter(([name]) => !/\/(?:cli|worker)$/.test(name)).map(([, file]) => file)
    const others = ["@effect/platform-node", "@types/node", "@effect/vitest", "vitest"]
    await npm(project, "install", nextPatch(), ...others.map((name) => `${name}@${versionOf(name)}`), ...libraries)
    cpSync(Strict.program, join(project, "program.ts"))
    cpSync(example, join(project, "service.test.ts"))
    for (const name of ["require.cjs", "required.cts"]) {
      cpSync(join(import.meta.dirname, "outside", name), join(project, name))
    }
    const own = versionOf("typescript")
    for (const version of compilers) {
      const place = version === own ? root : within(`typescript-${version}`)
      // oxlint-disable-next-line no-await-in-loop -- npm keeps what it has got for the next one
      if (version !== own) await npm(place, "install", "--prefix", place, `typescript@${version}`)
      typescripts.set(version, place)
    }
    for (const version of nodes) {
      const isOwn = version === process.versions.node
      const place = within(`node-${version}`)
      // oxlint-disable-next-line no-await-in-loop -- as above
      if (!isOwn) await npm(place, "install", "--prefix", place, `node@${version}`)
      runtimes.set(version, isOwn ? process.execPath : join(place, "node_modules/node/bin/node"))
    }
    machine = within("machine")
    const programs = ["cli", "worker"].map((name) => tarballs.get(`@effect-genesys/${name}`) ?? name)
    await npm(folder, "install", "--global", "--prefix", machine, ...programs)
  }, timeout)

  it("the libraries share one copy of Effect with the program, also of another patch version than theirs", () => {
    const found = globSync("**/node_modules/effect/package.json", { cwd: project })
    assert.deepStrictEqual(found, ["node_modules/effect/package.json"])
    const installed: { readonly version: string } = JSON.parse(readFileSync(join(project, found[0] ?? ""), "utf8"))
    assert.notStrictEqual(installed.version, versionOf("effect"))
  })

  describe.each(compilers)("with TypeScript %s", (version) => {
    it.each(["nodenext", "bundler"] as const)(
      "a strict program compiles, with module resolution %s, and so do the declarations that it needs",
      { timeout },
      async (resolution) => {
        const required = resolution === "nodenext" ? ["required.cts"] : []
        const file = Strict.configure(project, resolution, ["program.ts", "service.test.ts", ...required])
        const tsc = join(typescripts.get(version) ?? "", "node_modules/.bin/tsc")
        assert.include((await exec(tsc, ["--version"], { env })).stdout, version)
        const compiled = await exec(tsc, ["-p", file], { cwd: project, env, timeout }).catch((error) => error)
        assert.strictEqual(compiled.stdout, "")
      }
    )
  })

  describe.each(nodes)("on Node %s", (version) => {
    it("a program runs, and a secret that it has wrapped is understood", { timeout }, async () => {
      const node = runtimes.get(version) ?? ""
      assert.strictEqual(execFileSync(node, ["--version"], { encoding: "utf8" }), `v${version}\n`)
      const { stdout } = await exec(node, ["program.ts"], { cwd: project, timeout })
      assert.strictEqual(stdout, Strict.prints)
    })

    it("all of the libraries can be required", { timeout }, async () => {
      const node = runtimes.get(version) ?? ""
      const { stderr, stdout } = await exec(node, ["require.cjs", ...entryPoints(project)], { cwd: project, timeout })
      assert.deepStrictEqual([stdout, stderr], ["function function function true\n", ""])
    })

    it("both programs run", { timeout }, async () => {
      const node = runtimes.get(version) ?? ""
      for (const [name, bin] of [
        ["cli", "genesys"],
        ["worker", "genesys-worker"]
      ] as const) {
        const program = join(machine, "lib/node_modules/@effect-genesys", name, "bin", `${bin}.cjs`)
        // oxlint-disable-next-line no-await-in-loop -- one after the other, on two processors
        const { stderr, stdout } = await exec(node, [program, "--help"], {
          cwd: folder,
          env: { HOME: machine },
          timeout
        })
        assert.match(stdout, new RegExp(`${bin} <subcommand>`))
        assert.strictEqual(stderr, "")
      }
    })
  })

  it("the test of a user's service runs, a week of it in seconds", { timeout }, async () => {
    const { stdout } = await exec(process.execPath, ["node_modules/vitest/vitest.mjs", "run"], {
      cwd: project,
      env,
      timeout
    })
    assert.match(stripVTControlCharacters(stdout), /Tests +1 passed/)
  })

  it.each(["220.0.0", versionOf("purecloud-platform-client-v2")])(
    "a program with version %s of the official SDK compiles and runs",
    { timeout },
    async (version) => {
      cpSync(join(import.meta.dirname, "outside/sdk.ts"), join(project, "sdk.ts"))
      // Strictly: a version that is out of our range is refused.
      await npm(project, "install", "--strict-peer-deps", `purecloud-platform-client-v2@${version}`)
      const compilerOptions = { target: "es2024", module: "nodenext", strict: true, noEmit: true, skipLibCheck: true }
      writeFileSync(join(project, "tsconfig.sdk.json"), JSON.stringify({ compilerOptions, files: ["sdk.ts"] }))
      const tsc = join(root, "node_modules/.bin/tsc")
      const compiled = await exec(tsc, ["-p", "tsconfig.sdk.json"], { cwd: project, env, timeout }).catch(
        (error) => error
      )
      assert.strictEqual(compiled.stdout, "")
      const { stdout } = await exec(process.execPath, ["sdk.ts"], { cwd: project, timeout })
      assert.strictEqual(stdout, "Test User Test User\nTest User\n")
    }
  )

  it("both programs are installed for a whole machine, and run", { timeout }, async () => {
    const client = { GENESYS_CLOUD_CLIENT_ID: randomUUID(), GENESYS_CLOUD_CLIENT_SECRET: "secret" }
    const run = async (name: string, ...args: ReadonlyArray<string>) =>
      exec(join(machine, "bin", name), args, {
        cwd: machine,
        env: { PATH: env.PATH, HOME: machine, ...client },
        timeout
      })
    const names = ["genesys", "genesys-worker"]
    const versions = await Promise.all(names.map((name) => run(name, "--version")))
    names.forEach((name, index) => assert.match(versions[index]?.stdout ?? "", new RegExp(`^${name} v\\d`)))
    const settings = join(machine, "worker.yaml")
    writeFileSync(settings, 'jobs:\n  - name: report\n    kind: command\n    every: 1h\n    command: ["true"]\n')
    assert.match((await run("genesys-worker", "check", "--file", settings)).stdout, /report/)
    // So that `man genesys` finds it.
    for (const name of names) assert.isTrue(existsSync(join(machine, "share/man/man1", `${name}.1`)), name)
    // What each of them brings, once.
    assert.deepStrictEqual(globSync("**/node_modules/{effect,purecloud-platform-client-v2}", { cwd: machine }), [])
  })

  it("npx runs a packed program", { timeout }, async () => {
    const elsewhere = within("elsewhere")
    const file = tarballs.get("@effect-genesys/cli") ?? ""
    const { stdout } = await npm(elsewhere, "exec", "--yes", "--package", file, "--", "genesys", "--version")
    assert.strictEqual(stdout, `genesys v${Versions.version()}\n`)
  })
})
