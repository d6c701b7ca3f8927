import { assert, describe, it } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Process from "../../../worker/test/support/Process.ts"
import * as Programs from "../support/Programs.ts"

const timeout = 240_000

/** The `export` lines of the output, as a shell that they are pasted into would have them. */
const exported = (text: string): Process.Env =>
  Object.fromEntries([...text.matchAll(/^export (\w+)=(\S+)$/gm)].map(([, name, value]) => [name!, value!]))

describe("genesys simulator", () => {
  it.live(
    "prints lines that make genesys token work when they are pasted",
    () =>
      Effect.gen(function* () {
        const simulator = yield* Process.start("genesys", ["simulator", "--token-lifetime", "600"])
        const { stdout } = yield* simulator.until(/CLIENT_SECRET=\S+\n/)
        const token = yield* Programs.run("genesys", ["token", "--json"], { env: exported(stdout) })
        assert.strictEqual(token.code, 0)
        assert.match(token.stdout, /"secondsLeft":(?:600|59\d)/)
        yield* simulator.signal("SIGINT")
        assert.strictEqual((yield* simulator.ended).code, 130)
      }).pipe(Effect.scoped),
    timeout
  )

  it.live(
    "exits with 2 and names the port when it is in use",
    () =>
      Effect.gen(function* () {
        const { url } = yield* Simulator
        const { port } = new URL(url)
        const { code, stderr } = yield* Programs.run("genesys", ["simulator", "--port", port])
        assert.strictEqual(code, 2)
        assert.match(stderr, new RegExp(`^genesys: The port ${port} [^\n]*--port[^\n]*\n$`))
      }).pipe(Effect.provide(Simulator.layer())),
    timeout
  )

  const scenarioFile = Effect.fnUntraced(function* (text: string) {
    const fs = yield* FileSystem.FileSystem
    const directory = yield* fs.makeTempDirectoryScoped()
    const file = `${directory}/scenario.json`
    yield* fs.writeFileString(file, text)
    return file
  }, Effect.provide(NodeServices.layer))

  it.live(
    "exits with 2 and names the file and the field of a bad scenario",
    () =>
      Effect.gen(function* () {
        const file = yield* scenarioFile(`[{ "at": 1, "do": "fault", "fault": { "path": "/", "share": 2 } }]`)
        const bad = yield* Programs.run("genesys", ["simulator", "--scenario", file])
        assert.strictEqual(bad.code, 2)
        assert.strictEqual(
          bad.stderr,
          `genesys: The scenario ${file} is wrong: [0].fault.share: Expected a value between 0 and 1\n`
        )
        const missing = yield* Programs.run("genesys", ["simulator", "--scenario", `${file}.not`])
        assert.strictEqual(missing.code, 2)
        assert.strictEqual(missing.stderr, `genesys: The scenario ${file}.not cannot be read.\n`)
      }).pipe(Effect.scoped),
    timeout
  )

  it.live(
    "plays a scenario, and warns when other machines can reach it",
    () =>
      Effect.gen(function* () {
        const file = yield* scenarioFile(`[{ "at": 0, "do": "fault", "fault": { "path": "/api/", "status": 503 } }]`)
        const args = ["simulator", "--host", "0.0.0.0", "--scenario", file]
        const simulator = yield* Programs.start("genesys", args)
        const { stderr, stdout } = yield* simulator.until(/CLIENT_SECRET=\S+\n/)
        assert.match(stdout + stderr, /WARN.*0\.0\.0\.0.*whoever reaches this machine can use it/)
        const url = /http:\/\/127\.0\.0\.1:\d+/.exec(stdout)![0]
        const { status } = yield* Effect.promise(() => fetch(`${url}/api/v2/users`))
        assert.strictEqual(status, 503)
      }).pipe(Effect.scoped),
    timeout
  )

  it.live(
    "answers all operations of the SDK beside it, and not of one that the working directory brings",
    () =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const cwd = yield* fs.makeTempDirectoryScoped()
        const sdk = `${cwd}/node_modules/purecloud-platform-client-v2`
        yield* fs.makeDirectory(sdk, { recursive: true })
        yield* fs.writeFileString(`${sdk}/package.json`, `{ "version": "666.0.0", "main": "index.js" }`)
        yield* fs.writeFileString(`${sdk}/index.js`, "throw new Error('it was run')")
        yield* fs.writeFileString(`${sdk}/index.d.ts`, "nonsense")
        const simulator = yield* Programs.start("genesys", ["simulator", "--all-operations"], { cwd })
        const { stdout } = yield* simulator.until(/CLIENT_SECRET=\S+\n/)
        const url = /http:\/\/127\.0\.0\.1:\d+/.exec(stdout)![0]
        const found = yield* Effect.promise(() =>
          fetch(`${url}/_control/operations`).then((response) => response.text())
        )
        assert.match(found, /^\{"sdk":"262\.0\.0"/)
        const { headers } = yield* Effect.promise(() => fetch(`${url}/api/v2/architect/prompts`))
        assert.strictEqual(headers.get("x-simulator"), "shaped")
      }).pipe(Effect.provide(NodeServices.layer), Effect.scoped),
    timeout
  )

  it.live(
    "exits with 2 and names the address that is not this machine's",
    () =>
      Effect.gen(function* () {
        const { code, stderr } = yield* Programs.run("genesys", ["simulator", "--host", "192.0.2.1"])
        assert.strictEqual(code, 2)
        assert.match(stderr, /^genesys: The address 192\.0\.2\.1 [^\n]*--host[^\n]*\n$/)
      }),
    timeout
  )
})
