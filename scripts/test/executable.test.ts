/**
 * What goes into the single-file executable. `PROVE=1`: the single-file executable, for whoever has no Node. It lies in a folder that somebody else has filled with modules of
 * the names that our programs load, and runs with no other program to be found.
 */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { spawn } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { isBuiltin } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { text } from "node:stream/consumers"
import { bundle, make } from "../executable/Executable.ts"
import { version } from "../Versions.ts"
import { root } from "../Workspaces.ts"

const isProof = process.env["PROVE"] !== undefined
const timeout = 240_000

it("what the single-file executable runs asks for nothing but what is Node's own", { timeout }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "genesys-bundle-"))
  await bundle(join(folder, "main.cjs"), join(folder, "notices.txt"))
  const code = readFileSync(join(folder, "main.cjs"), "utf8")
  const asked = Array.from(
    code.matchAll(/\b(?:require|import)\(\s*["'`]([^"'`$]+)["'`]\s*\)/g),
    ([, name = ""]) => name
  )
  assert.include(asked, "node:http")
  assert.deepStrictEqual(
    asked.filter((name) => !isBuiltin(name)),
    []
  )
  assert.include(code, "is not in the single-file executable")
})

describe.skipIf(!isProof)("the single-file executable", () => {
  const folder = mkdtempSync(join(tmpdir(), "genesys-single-"))
  const [home, loaded] = [join(folder, "home"), join(folder, "loaded")]
  let file: string
  let stop: () => void = () => undefined
  let env: Readonly<Record<string, string>> = { PATH: join(folder, "nothing"), HOME: home }

  const start = (...args: ReadonlyArray<string>) => spawn(file, args, { env, cwd: folder, timeout })

  const run = async (args: ReadonlyArray<string>, input = "") => {
    const child = start(...args)
    child.stdin.end(input)
    const [stdout, stderr, code] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      new Promise((resolve) => child.on("close", resolve))
    ])
    return { code, stderr, stdout }
  }

  beforeAll(async () => {
    ;({ file } = await make(folder))
    mkdirSync(home, { mode: 0o700 })
    for (const name of ["open", "jq-wasm", "@napi-rs/keyring", "purecloud-platform-client-v2"]) {
      const place = join(folder, "node_modules", name)
      mkdirSync(place, { recursive: true })
      writeFileSync(join(place, "index.js"), `require("node:fs").writeFileSync(${JSON.stringify(loaded)}, "${name}")`)
    }
  }, timeout)

  afterAll(() => {
    stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it("says its version, and has its manual page and the licences of what it holds beside it", async () => {
    assert.deepStrictEqual(await run(["--version"]), { code: 0, stderr: "", stdout: `genesys v${version()}\n` })
    for (const name of ["LICENSE", "THIRD-PARTY-NOTICES.txt", "genesys.1"]) assert.include(readdirSync(folder), name)
    const notices = (whose: string) =>
      readFileSync(whose, "utf8")
        .match(/^[@\w/.-]+ \S+ \([\w.-]+\)$/gm)
        ?.toSorted() ?? []
    const own = notices(join(folder, "THIRD-PARTY-NOTICES.txt"))
    for (const each of notices(join(root, "apps/cli/dist/THIRD-PARTY-NOTICES.txt"))) assert.include(own, each)
  })

  it("completes in a shell", async () => {
    const { code, stderr, stdout } = await run(["completions", "bash", "--whole"])
    assert.deepStrictEqual([code, stderr], [0, ""])
    assert.include(stdout, "notifications")
  })

  it("runs a simulator, logs in to it, and makes calls", { timeout }, async () => {
    const simulator = start("simulator", "--port", "0")
    stop = () => void simulator.kill()
    const printed = await new Promise<string>((resolve) => {
      const seen: Array<string> = []
      const look = (part: Buffer) => {
        seen.push(part.toString())
        if (/CLIENT_SECRET=\S+/.test(seen.join("")) && /API_URL=\S+/.test(seen.join(""))) resolve(seen.join(""))
      }
      simulator.stdout.on("data", look)
      simulator.stderr.on("data", look)
    })
    const said = Object.fromEntries(
      Array.from(printed.matchAll(/export (\w+)=['"]?([^\s'"]+)/g), ([, name = "", value = ""]) => [name, value])
    )
    const { GENESYS_CLOUD_CLIENT_ID: id = "", GENESYS_CLOUD_CLIENT_SECRET: secret = "", ...hosts } = said
    env = { ...env, ...hosts }
    // There is no keyring in it: the secret goes into a sealed file, as where a system has none.
    const login = await run(["login", "--client-id", id, "--secret-stdin"], secret)
    assert.strictEqual(login.code, 0, login.stderr)
    const token = await run(["token", "--json"])
    assert.deepStrictEqual([token.code, token.stderr], [0, ""])
    assert.match(token.stdout, /"expiresAt"/)
    const users = await run(["users", "list", "--limit", "2", "--jq", "length"])
    assert.deepStrictEqual([users.code, users.stderr], [0, ""])
    assert.match(users.stdout, /^\d+\n/)
  })

  it("loads nothing from around it, and says what it cannot do", { timeout }, async () => {
    const { code, stderr } = await run(["sdk", "list"])
    assert.strictEqual(code, 1)
    assert.match(stderr, /not in this single-file executable.* from npm/)
    assert.isFalse(existsSync(loaded), existsSync(loaded) ? readFileSync(loaded, "utf8") : "")
    assert.strictEqual(dirname(file), folder)
  })

  it("shows the demo, with the worker that is in it", { timeout }, async () => {
    const { code, stderr, stdout } = await run(["demo"])
    assert.deepStrictEqual([code, stderr], [0, ""])
    assert.match(stdout, /^failed calls +0$/m)
    assert.match(stdout, /^renewals +[1-9]/m)
  })
})
