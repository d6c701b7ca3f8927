import { Simulator } from "@effect-genesys/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import * as CliOutput from "effect/cli/CliOutput"
import type * as Command from "effect/cli/Command"
import type { HelpDoc } from "effect/cli/HelpDoc"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { genesys } from "../src/commands/genesys.ts"
import * as InProcess from "./support/InProcess.ts"
import * as Programs from "./support/Programs.ts"

const folder = mkdtempSync(join(tmpdir(), "genesys-flags-"))
mkdirSync(join(folder, "copy/conversations"), { recursive: true })
writeFileSync(join(folder, "copy/conversations/2025-11-03.ndjson"), "")

/** The simulator finds those of the last hundred days by their ids. */
const recent = await Effect.gen(function* () {
  const args = ["conversations", "query", "--interval", "2d", "--limit", "1", "--jq", ".conversationId"]
  return (yield* InProcess.run(args, yield* InProcess.simulated)).stdout.trim()
}).pipe(Effect.provide(Simulator.layer({ conversationsPerHour: 10 })), Effect.runPromise)

/** How each command is called; one that is missing here has not been looked at. */
const calls: Readonly<Record<string, ReadonlyArray<string>>> = {
  login: ["--client-id", "b0ced89c-86b0-4e88-b56e-36cb03e509d1", "--secret-stdin"],
  logout: [],
  "config list": [],
  "config get": ["timeout"],
  "config set": ["timeout", "2m"],
  "config unset": ["timeout"],
  "alias list": [],
  "alias set": ["calls", "--", "users", "list"],
  "alias delete": ["calls"],
  "profile list": [],
  "profile use": ["acme"],
  "profile show": [],
  "profile rename": ["acme", "other"],
  "profile delete": ["acme"],
  token: [],
  status: [],
  exec: ["--", "true"],
  api: ["users"],
  "users find": ["a"],
  "users list": [],
  "users get": ["b0ced89c-86b0-4e88-b56e-36cb03e509d1"],
  "users export": ["--out", join(folder, "users.ndjson"), "--force"],
  "queues list": [],
  "queues get": ["Support"],
  "queues members": ["Support"],
  whoami: [],
  "conversations get": [recent],
  "conversations query": ["--interval", "2025-11-03"],
  "conversations export": ["--interval", "2025-11-03", "--out", join(folder, "conversations.ndjson"), "--force"],
  export: ["queues", "--out", join(folder, "queues.ndjson"), "--force"],
  query: ["SELECT 1 AS a", "--from", join(folder, "copy")],
  "notifications listen": ["v2.users.b0ced89c-86b0-4e88-b56e-36cb03e509d1.presence"],
  "sdk list": [],
  "sdk describe": ["getUsers"],
  "sdk call": ["getUsers"],
  doctor: [],
  proxy: ["--no-auth"],
  watch: [],
  simulator: [],
  demo: [],
  completions: ["bash"]
}

/** They go on until they are stopped; what a call of theirs may take is seen in the tests of each. */
const endless = new Set(["notifications listen", "proxy", "watch"])
/** It asks on standard input, and its tests start it. */
const elsewhere = new Set(["login"])

const leaves = (
  command: Command.Command.Any,
  path: ReadonlyArray<string> = []
): ReadonlyArray<ReadonlyArray<string>> => {
  const inner = command.subcommands.flatMap(({ commands }) => commands)
  return inner.length === 0 ? [path] : inner.flatMap((one) => leaves(one, [...path, one.name]))
}

const commands = leaves(genesys).map((path) => ({ name: path.join(" "), path }))

const helpOf = Effect.fnUntraced(function* (path: ReadonlyArray<string>) {
  const found: Array<HelpDoc> = []
  const present: CliOutput.Presenter["present"] = (event) =>
    Effect.sync(() => {
      if (event._tag === "Help") found.push(event.helpDoc)
    })
  yield* Effect.provide(InProcess.run([...path, "--help"]), CliOutput.layerPresenter({ present }))
  assert.lengthOf(found, 1)
  return found[0]!
})

/** Shared flags, each with what it is given here. */
const values: Readonly<Record<string, ReadonlyArray<string>>> = {
  profile: ["--profile", "nobody-of-that-name"],
  region: ["--region", "eu-west-1"],
  timeout: ["--timeout", "0.2s"],
  "max-retries": ["--max-retries", "0"],
  output: ["--output", "yaml"],
  json: ["--json"],
  csv: ["--csv"],
  jq: ["--jq", '"marked"'],
  bom: ["--bom"],
  columns: ["--columns", "a"],
  limit: ["--limit", "1"]
}
const shared = Object.keys(values)

/** What all programs that are made with `effect/cli` have. */
const ofEffect = ["help", "version", "wizard", "completions", "log-level", "no-color"]
/** Flags of one command, or of some that are alike, such as exports; their tests are those of the command. */
const own = new Set(
  `access all all-operations allow auth body ca check client-id compression conversations-per-hour done email env every expand field for force format from header host
  include input interval into job-wait key lines media memory min-life name no-browser open-every operation order out paginate parallel param port postgres queue
  raw-field read-only renew rows scenario schema secret-file secret-stdin seed socket state time-limit time-zone token-lifetime topic try-regions user views-time-zone wait watch web
  whole`.split(/\s+/)
)

const known = new Map<string, ReadonlyArray<string>>()
const offered = Effect.fnUntraced(function* (path: ReadonlyArray<string>) {
  const found = known.get(path.join(" "))
  if (found !== undefined) return found
  const { flags, globalFlags = [], inheritedFlags = [] } = yield* helpOf(path)
  const names = [...flags, ...inheritedFlags, ...globalFlags].map(({ name }) => name)
  known.set(path.join(" "), names)
  return names
})

/** A host of logins and calls that does as a test says. */
const host = (answer: "never" | 503) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly url: string; readonly calls: () => number; readonly close: () => void }>((resume) => {
      let count = 0
      const server = createServer((request, response) => {
        const isLogin = request.url === "/oauth/token"
        if (!isLogin) count++
        if (answer === "never") return
        response.writeHead(isLogin ? 200 : answer, { "content-type": "application/json" })
        response.end(isLogin ? '{"access_token":"t","token_type":"bearer","expires_in":3600}' : "{}")
      })
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = typeof address === "object" ? address?.port : undefined
        const close = () => void (server.closeAllConnections(), server.close())
        resume(Effect.succeed({ url: `http://127.0.0.1:${port}`, calls: () => count, close }))
      })
    }),
    ({ close }) => Effect.sync(close)
  )

const at = (url: string) => ({
  GENESYS_CLOUD_CLIENT_ID: `client-${new URL(url).port}`,
  GENESYS_CLOUD_CLIENT_SECRET: "secret",
  GENESYS_CLOUD_LOGIN_URL: url,
  GENESYS_CLOUD_API_URL: url
})

/** A flag before the name of the command, and behind it, where it must do the same; or on one of these sides. */
const bothWays = (
  name: string,
  flags: ReadonlyArray<string>,
  env: Readonly<Record<string, string>>,
  sides: ReadonlyArray<number>
) => {
  const [words, args] = [name.split(" "), calls[name] ?? []]
  const end = args.indexOf("--")
  const behind =
    end === -1 ? [...words, ...args, ...flags] : [...words, ...args.slice(0, end), ...flags, ...args.slice(end)]
  return Effect.forEach(sides, (side) => InProcess.run(side === 0 ? [...flags, ...words, ...args] : behind, env))
}

/** Each flag is tried on either side of the name of a command in turn; `PROVE=1`: on both. */
const inTurn = (place: number) => (Programs.isProof ? [0, 1] : [place % 2])
/** Of what is refused alike by all commands, each has another one in turn; `PROVE=1`: all. */
const someOf = <A>(all: ReadonlyArray<A>, place: number, every: number) =>
  Programs.isProof ? all : all.filter((_, turn) => turn % every === place % every)
const placeOf = (name: string) => commands.findIndex((command) => command.name === name)
/** So many flags are acted on in one place, whatever the command: each is tried with every other command; `PROVE=1`: with all. */
const acted = ["region", "jq", "limit", "timeout", "max-retries"]
const isDue = (flag: string, name: string) =>
  Programs.isProof || !acted.includes(flag) || (acted.indexOf(flag) + placeOf(name)) % 2 === 0

it("the table of calls has every command", () => {
  assert.deepStrictEqual(Object.keys(calls).toSorted(), commands.map(({ name }) => name).toSorted())
})

describe.each(commands)("$name", ({ name, path }) => {
  it.live("has no flag twice", () =>
    Effect.gen(function* () {
      const names = yield* offered(path)
      assert.deepStrictEqual([...new Set(names)], names)
    })
  )

  it.live("refuses, on either side of its name, what it does not act on", () =>
    Effect.gen(function* () {
      const has = yield* offered(path)
      const others = shared.filter((one) => !has.includes(one))
      for (const [place, flag] of someOf(others, placeOf(name), 2).entries()) {
        const sides = yield* bothWays(name, values[flag]!, {}, inTurn(place))
        for (const { code, stderr, stdout } of sides) {
          assert.deepStrictEqual([code, stdout], [2, ""], flag)
          assert.include(stderr, `--${flag}`)
        }
      }
    })
  )

  it.live.skipIf(elsewhere.has(name))("acts on what it takes, wherever that stands", () =>
    Effect.gen(function* () {
      const takes = (yield* offered(path)).filter((flag) => shared.includes(flag))
      const has = new Set(takes.filter((flag) => isDue(flag, name)))
      const env = yield* InProcess.simulated
      let place = name.length
      const said = Effect.fnUntraced(function* (flags: ReadonlyArray<string>, code: number, text: string) {
        for (const found of yield* bothWays(name, flags, env, inTurn(place++))) {
          assert.include(found.stderr, text, flags.join(" "))
          assert.strictEqual(found.code, code)
        }
      })
      if (has.has("profile")) yield* said(values["profile"]!, 2, "nobody-of-that-name")
      if (has.has("output")) {
        assert.includeMembers(takes, ["output", "json", "csv", "jq", "bom", "columns"])
        const wrong = [
          [["--bom"], "--bom is for CSV"],
          [["--columns", "a", "--json"], "--columns is for a table or CSV"],
          [["--output", "yaml", "--json"], "in one form"],
          [["--output", "yaml", "--csv"], "in one form"]
        ] as const
        for (const [flags, text] of someOf(wrong, placeOf(name), 4)) yield* said(flags, 2, text)
      }
      if (endless.has(name)) return
      if (has.has("region")) {
        for (const { stderr } of yield* bothWays(name, values["region"]!, env, inTurn(place++))) {
          assert.include(stderr, "--region changes no host that GENESYS_CLOUD_LOGIN_URL")
        }
      }
      // Without a profile there is nothing to print.
      if (has.has("jq") && !["profile", "alias"].some((one) => path.includes(one))) {
        for (const { stdout } of yield* bothWays(name, values["jq"]!, env, inTurn(place++)))
          assert.match(stdout, /^marked\n/)
      }
      if (has.has("limit")) {
        for (const { stdout } of yield* bothWays(name, ["--limit", "1", "--output", "ndjson"], env, inTurn(place++))) {
          assert.lengthOf(stdout.trimEnd().split("\n"), 1)
        }
      }
      if (has.has("timeout")) {
        const { url } = yield* host("never")
        const started = performance.now()
        for (const { code } of yield* bothWays(name, values["timeout"]!, at(url), inTurn(place++)))
          assert.strictEqual(code, 7)
        assert.isBelow(performance.now() - started, 20_000)
      }
      if (has.has("max-retries")) {
        const { calls: sent, url } = yield* host(503)
        const results = yield* bothWays(name, values["max-retries"]!, at(url), inTurn(place++))
        assert.deepStrictEqual(
          results.map(({ code }) => code),
          results.map(() => 7)
        )
        // An export makes three calls, each of them once.
        assert.isAtMost(sent(), 3 * results.length)
      }
    }).pipe(
      Effect.scoped,
      Effect.provide(Simulator.layer({ conversationsPerHour: 10, jobQueueTime: 0, jobRunTime: 0 }))
    )
  )
})

it.live("each flag is one that is looked at here, or a command's own", () =>
  Effect.gen(function* () {
    for (const { name, path } of commands) {
      for (const flag of yield* offered(path)) {
        assert.isTrue([...shared, ...ofEffect].includes(flag) || own.has(flag), `--${flag} of ${name} is not looked at`)
      }
    }
    const offering = yield* Effect.forEach(commands, ({ path }) => offered(path))
    for (const flag of own) {
      const count = offering.filter((flags) => flags.includes(flag)).length
      assert.isTrue(count > 0 && count < 5, `${count} commands have --${flag}`)
    }
  })
)

it.live("simulator has the flags that the simulator's options are made into", () =>
  Effect.gen(function* () {
    const { flags } = yield* helpOf(["simulator"])
    const said = flags.map(({ description, name }) => [name, Option.getOrUndefined(description)])
    assert.deepStrictEqual(said, [
      ["port", "The port to listen on; 0 takes a free one"],
      ["host", "The address to listen on; anything but loopback lets other machines in"],
      ["token-lifetime", "Seconds that a token lives"],
      ["seed", "The number that users, conversations and the secret are computed from"],
      ["conversations-per-hour", "How many conversations start in an hour"],
      ["all-operations", "Answers all other operations of the official SDK, which must be installed, in form only"],
      ["scenario", "A JSON file of what shall happen at which second"]
    ])
    for (const args of [
      ["--port", "65536"],
      ["--host", ""],
      ["--token-lifetime", "38880001"],
      ["--seed", "0.5"],
      ["--conversations-per-hour", "0"]
    ]) {
      const { code, stderr } = yield* InProcess.run(["simulator", ...args])
      assert.strictEqual(code, 2)
      assert.include(stderr, args[0]!)
    }
  })
)
