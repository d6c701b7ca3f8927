/** Every example of every help is run as it is written; those that are for this program alone, without a process of their own. */
import { Simulator } from "@effect-genesys/simulator/Simulator"
import { assert, describe, it, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { execFileSync } from "node:child_process"
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { genesys } from "../src/commands/genesys.ts"
import * as Cli from "./support/Cli.ts"
import * as Programs from "./support/Programs.ts"
import { examplesOf } from "./support/examplesOf.ts"

/** Run by another test: in a terminal that somebody types into, by a person in a browser, or for half a minute. */
const elsewhere: Readonly<Record<string, string>> = {
  "genesys login": "login.test.ts",
  "genesys login --web": "webLogin.test.ts",
  "genesys status --watch": "status.test.ts",
  "genesys token --watch": "watch.test.ts",
  "genesys demo": "demo.test.ts",
  "genesys conversations get f3923d81-60ed-4003-8f8c-f2d5e4cb267e --output yaml": "Shown.test.ts",
  "genesys query 'SELECT name FROM queues WHERE deleted_at IS NOT NULL' --postgres DATABASE_URL --csv": "query.test.ts",
  "genesys export events --topic 'v2.users.{id}.presence' --out events/ --for 8h": "events.test.ts"
}

const all = examplesOf(genesys)
const examples = all.filter((line) => !(line in elsewhere))

/** What a command that runs until it is stopped prints when it runs. */
const running = {
  "genesys notifications listen": /"Listening"/,
  "genesys proxy": /the proxy runs/,
  "genesys watch": /conversations\.details\.query/,
  "genesys simulator": /Client secret/
}
const runningOf = (line: string) => Object.entries(running).find(([start]) => line.startsWith(start))?.[1]

const silent =
  /^genesys (?:login|logout|profile (?:use|rename|delete)|(?:config|alias) (?:set|unset|delete)|\w+ export|export)/
/** Its standard error is for people, or another program's. */
const talks = /^genesys (?:login|logout|profile (?:use|rename|delete)|(?:config|alias) (?:set|unset|delete)|proxy)|curl/
const isOfProfiles = (line: string) => /^genesys (?:login|logout|profile)/.test(line)

const cwd = Cli.folder()
const search = '{"query":[{"type":"EXACT","fields":["email"],"value":"test.user@yourcompany.com"}]}'
writeFileSync(join(cwd, "search.json"), search)
mkdirSync(join(cwd, "searches"))
writeFileSync(join(cwd, "searches", "1.json"), search)
writeFileSync(
  join(cwd, "outage.json"),
  '[{ "at": 5, "do": "fault", "fault": { "path": "/oauth/token", "status": 503 } }]'
)
writeFileSync(join(cwd, "report.js"), "console.log(process.env.GENESYS_CLOUD_ACCESS_TOKEN.length)")
writeFileSync(join(cwd, "report.sh"), '#!/bin/sh\necho "${#GENESYS_CLOUD_ACCESS_TOKEN}"\n', { mode: 0o755 })
writeFileSync(join(cwd, "make"), '#!/bin/sh\necho "${#GENESYS_CLOUD_ACCESS_TOKEN} $1"\n', { mode: 0o755 })

/** What the example of `genesys login` has stored: each example of profiles finds it as it was. */
const stored = join(cwd, "stored")
const config = join(cwd, "config")

const prepare = Effect.fnUntraced(function* (line: string) {
  const { clientId, clientSecret } = yield* Simulator
  writeFileSync(join(cwd, "secret.txt"), Redacted.value(clientSecret))
  if (!line.includes("--force")) rmSync(join(cwd, "november-3.ndjson"), { force: true })
  rmSync(config, { recursive: true, force: true })
  if (isOfProfiles(line) && !line.startsWith("genesys login")) cpSync(stored, config, { recursive: true })
  if (/^genesys (?:config|alias)/.test(line)) {
    mkdirSync(config, { mode: 0o700 })
    const set = { defaults: { timeout: "2m" }, aliases: { calls: ["users", "list"] } }
    writeFileSync(join(config, "settings.json"), JSON.stringify(set), { mode: 0o600 })
  }
  return filled(line, clientId)
})

/** With the client, and without ports that may be in use on the machine of the test. */
const filled = (line: string, clientId: string) =>
  line.replace("--client-id ID", `--client-id ${clientId}`).replace(/--port \d+/, "--port 0")

/** What it is for: another program, a pipe or a file. */
const isForShell = (line: string) => /[|<]|^genesys exec/.test(line.replaceAll(/'[^']*'/g, "''"))
/** The others are those of `genesys exec`, of which `exec.program.test.ts` has each, and of a shell alone. `PROVE=1`: all of them. */
const isShort = (line: string) => !line.startsWith("genesys exec") && !line.includes("curl")

/** What the program is given, as a shell makes it of each line; one shell does for all. */
const argumentsOf = (lines: ReadonlyArray<string>): ReadonlyArray<ReadonlyArray<string>> =>
  execFileSync("bash", ["--norc", "-c", `genesys() { printf '%s\\0' "$@" $'\\n'; }; ${lines.join("\n")}`], {
    cwd,
    encoding: "utf8"
  })
    .split("\n\0")
    .map((args) => args.split("\0").slice(0, -1))

let given: ReadonlyMap<string, ReadonlyArray<string>> | undefined

const run = Effect.fnUntraced(function* (line: string, options: Cli.Options) {
  if (isForShell(line) || Programs.isProof) {
    return yield* Cli.sh(options.until === undefined ? `PATH=.:$PATH; ${line}` : line, options)
  }
  const { clientId } = yield* Simulator
  if (given === undefined) {
    const lines = examples.filter((one) => !isForShell(one)).map((one) => filled(one, clientId))
    const split = argumentsOf(lines)
    assert.lengthOf(split, lines.length + 1)
    given = new Map(lines.map((one, place) => [one, split[place]!]))
  }
  return yield* Cli.genesys(given.get(line)!, options)
})

const simulator = Simulator.layer({ rateLimit: "off", conversationsPerHour: 10, jobQueueTime: 0, jobRunTime: 0 })

describe("the examples of the help", () => {
  it("are run here, or by a test that is named", () => {
    assert.deepStrictEqual(
      Object.keys(elsewhere).filter((line) => !all.includes(line)),
      []
    )
    assert.lengthOf(examples, all.length - Object.keys(elsewhere).length)
    assert.isAbove(examples.length, 60)
  })

  layer(simulator, { excludeTestServices: true })((test) => {
    for (const line of examples) {
      test.effect.skipIf(!isShort(line) && !Programs.isProof)(
        line,
        () =>
          Effect.gen(function* () {
            const until = runningOf(line)
            const command = yield* prepare(line)
            const { code, stderr, stdout } = yield* run(command, {
              cwd,
              until,
              env: {
                GENESYS_CONFIG_DIR: config,
                GENESYS_CLOUD_SECRET_STORE: "file",
                DATABASE_URL: "postgres://localhost/x",
                ...(isOfProfiles(line) ? { GENESYS_CLOUD_CLIENT_ID: "", GENESYS_CLOUD_CLIENT_SECRET: "" } : {})
              }
            })
            assert.strictEqual(code, until === undefined ? 0 : 130, stderr)
            if (line.startsWith("genesys login")) cpSync(config, stored, { recursive: true })
            assert.strictEqual(stdout === "", silent.test(line), stdout)
            if (!talks.test(line)) assert.strictEqual(stderr, "")
          }),
        240_000
      )
    }
  })
})
