/**
 * Nothing that Genesys, a proxy or a caller says steers the terminal of whoever looks on, or changes for whoever pipes it. `PROVE=1`:
 * in real terminals; else in those that this process is made to see, but for a few.
 */
import { assert, describe, layer } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Csv from "effect/encoding/Csv"
import * as Stream from "effect/Stream"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { parse } from "yaml"
import * as Process from "../../worker/test/support/Process.ts"
import * as Settings from "../../worker/test/support/Settings.ts"
import { assertHarmless } from "./support/Harmless.ts"
import * as HostileHost from "./support/HostileHost.ts"
import * as Person from "./support/Person.ts"
import * as Screen from "./support/Screen.ts"
import * as Programs from "./support/Programs.ts"

const timeout = 240_000
const { payload, shown } = HostileHost
const name = `Test User${payload}`

const env = Effect.gen(function* () {
  return { ...(yield* Settings.env), ...(yield* HostileHost.start()), ...Person.make().env }
})

const inTerminal = Effect.fnUntraced(function* (args: ReadonlyArray<string>, settings: Process.Env, stop?: RegExp) {
  const { code, output } = yield* Programs.inTerminal(args, settings, stop)
  assertHarmless(output, args.join(" "))
  return { code, output }
})

/** The same in one of its own. */
const inRealTerminal = Effect.fnUntraced(function* (args: ReadonlyArray<string>, settings: Process.Env) {
  const screen = yield* Screen.start(args, settings)
  const code = yield* screen.ended
  assertHarmless(screen.output(), args.join(" "))
  return { code, output: screen.output() }
}, Effect.scoped)

const looks: ReadonlyArray<ReadonlyArray<string>> = [
  ["users", "list", "--limit", "1"],
  ...["json", "ndjson", "yaml", "csv"].map((format) => ["users", "list", "--limit", "2", "--output", format]),
  ["users", "list", "--limit", "1", "--jq", ".name"],
  ["users", "list", "--limit", "1", "--jq", "{(.name): 1}", "--output", "table"],
  ["queues", "list", "--limit", "1"],
  ["api", "GET", "users?pageSize=1"],
  ["api", "GET", "users?pageSize=1", "--output", "yaml"],
  ["api", "GET", "text", "--include", "-H", "Accept: text/plain"]
]

const failures: ReadonlyArray<readonly [code: number, args: ReadonlyArray<string>]> = [
  [4, ["api", "GET", "refused/403"]],
  [7, ["api", "GET", "refused/500", "--max-retries", "0"]],
  [2, ["users", "list", "--limit", payload]],
  [2, [`users${payload}`]],
  [2, ["users", "list", `--${payload}`]],
  [2, ["users", "list", "--jq", `.${payload}`]],
  [2, ["profile", "show", payload]],
  [127, ["exec", "--", `./nowhere${payload}`]]
]

/** Without the lines that a terminal is told of waits, which a busy machine makes. */
const told = (output: string) =>
  output
    .split("\n")
    .filter((line) => !line.includes("Waiting"))
    .join("\n")

describe("texts that would steer a terminal", () => {
  layer(Simulator.layer({ rateLimit: "off", users: 30, conversationsPerHour: 1 }), { excludeTestServices: true })(
    (it) => {
      it.effect(
        "are written out in a terminal, in each form of results",
        () =>
          Effect.gen(function* () {
            const settings = yield* env
            yield* Effect.forEach(
              looks,
              Effect.fnUntraced(function* (args) {
                const { code, output } = yield* inTerminal(args, settings)
                assert.strictEqual(code, 0, output)
                // A table cuts its cells, and YAML has a shorter word for ESC.
                assert.match(output, /\\(?:u001b|e)\]52;c;/i, args.join(" "))
              }),
              { concurrency: 3, discard: true }
            )
          }),
        timeout
      )

      it.effect(
        "leave JSON and YAML in a terminal what they were",
        () =>
          Effect.gen(function* () {
            const settings = yield* env
            const list = ["users", "list", "--limit", "1", "--jq", "{(.name): .name}"]
            const json = yield* inTerminal([...list, "--output", "ndjson"], settings)
            // Longer than the terminal is wide, which breaks no line by itself.
            assert.deepStrictEqual(JSON.parse(told(json.output)), { [name]: name })
            const yaml = yield* inTerminal([...list, "--output", "yaml"], settings)
            assert.deepStrictEqual(parse(told(yaml.output)), [{ [name]: name }])
          }),
        timeout
      )

      it.effect(
        "leave no sequence at all where colours are not wanted, or not known",
        () =>
          Effect.gen(function* () {
            const settings = yield* env
            const looked = yield* Effect.all(
              [
                inRealTerminal(["users", "list", "--limit", "1", "--no-color"], settings),
                inTerminal(["users", "list", "--limit", "1"], { ...settings, NO_COLOR: "1" }),
                inTerminal(["users", "list", "--limit", "1"], { ...settings, TERM: "dumb" }),
                inTerminal(["users", "--help"], { ...settings, NO_COLOR: "1" }),
                inTerminal(["users", "lisp"], { ...settings, NO_COLOR: "1" }),
                ...(Programs.isProof ? [inRealTerminal(["users", "lisp", "--no-color"], settings)] : [])
              ],
              { concurrency: 3 }
            )
            for (const { output } of looked) assert.notInclude(output, "\u001B")
            for (const look of [inTerminal, inRealTerminal]) {
              const { output } = yield* look(["users", "list", "--limit", "1"], settings)
              assert.match(output, /^.\[1mID /)
            }
          }),
        timeout
      )

      it.effect(
        "come to a pipe byte by byte",
        () =>
          Effect.gen(function* () {
            const settings = yield* env
            const run = (...args: ReadonlyArray<string>) =>
              Effect.map(Programs.run("genesys", args, { env: settings }), ({ code, stderr, stdout }) => {
                assert.deepStrictEqual([code, stderr], [0, ""])
                return stdout
              })
            const list = ["users", "list", "--limit", "1"]
            const [ndjson, json, yaml, raw, text, api, csv] = yield* Effect.all(
              [
                run(...list),
                run(...list, "--json"),
                run(...list, "--output", "yaml"),
                run(...list, "--jq", ".name"),
                run("api", "GET", "text", "-H", "Accept: text/plain"),
                run("api", "GET", "users?pageSize=1"),
                run(...list, "--csv")
              ],
              { concurrency: 3 }
            )
            assert.strictEqual(JSON.parse(ndjson).name, name)
            assert.strictEqual(JSON.parse(json)[0].name, name)
            assert.strictEqual(parse(yaml)[0].name, name)
            assert.deepStrictEqual([raw, text], [`${name}\n`, payload])
            assert.strictEqual(JSON.parse(api).entities[0].name, name)
            const [, row] = yield* Stream.make(csv).pipe(
              Stream.pipeThroughChannel(Csv.decodeString()),
              Stream.runCollect
            )
            assert.strictEqual(row?.[1], name)
          }),
        timeout
      )

      it.effect(
        "are written out in what is said on standard error, wherever that goes",
        () =>
          Effect.gen(function* () {
            const settings = yield* env
            yield* Effect.forEach(
              failures,
              Effect.fnUntraced(function* ([code, args]) {
                const piped = yield* Programs.run("genesys", args, { env: settings })
                assert.strictEqual(piped.code, code)
                assertHarmless(piped.stderr, args.join(" "))
                assert.match(piped.stderr, /\\u(?:001b|202e)/, args.join(" "))
                // Nobody's words make a line of their own.
                assert.notMatch(piped.stderr, /^(?:forged|false)/m)
              }),
              { concurrency: 3, discard: true }
            )
          }),
        timeout
      )

      it.effect(
        "are written out by what is there to be looked at, and make no lines of it",
        () =>
          Effect.gen(function* () {
            const settings = yield* env
            const look = Effect.fnUntraced(function* (wanted: number, args: ReadonlyArray<string>, given: Process.Env) {
              const { code, output } = yield* inTerminal(args, given)
              assert.strictEqual(code, wanted, output)
              assert.include(output, "]52;c;aGk=", args.join(" "))
              assert.notMatch(output, /^(?:forged|false)/m)
            })
            const refusing = {
              ...settings,
              ...(yield* HostileHost.start({ refuses: true })),
              XDG_CACHE_HOME: Person.make().env.XDG_CACHE_HOME
            }
            // What it said is kept, and shown again.
            yield* look(3, ["users", "list", "--log-level", "debug"], refusing)
            yield* Effect.all(
              [
                look(0, ["doctor"], settings),
                look(0, ["doctor", "--json"], settings),
                look(3, ["doctor"], refusing),
                look(3, ["token"], refusing),
                look(0, ["status"], refusing),
                look(0, ["status", "--json"], refusing)
              ],
              { concurrency: 3, discard: true }
            )
            const live: ReadonlyArray<readonly [ReadonlyArray<string>, RegExp]> = [
              [["watch"], /users\.search/],
              [["watch", "--json"], /users\.search/],
              [["status", "--watch"], /A\r?.\[0J/],
              [["notifications", "listen", "v2.users.x.presence"], /eventBody/]
            ]
            yield* Effect.forEach(
              live,
              Effect.fnUntraced(function* ([args, stop]) {
                const { output } = yield* inTerminal(args, args[0] === "status" ? refusing : settings, stop)
                assert.include(output, "]52;c;aGk=", args.join(" "))
                assert.notMatch(output, /^(?:forged|false)/m)
              }),
              { concurrency: 2, discard: true }
            )
          }),
        timeout
      )

      it.effect(
        "are written out where a profile has them, also in a prompt",
        () =>
          Effect.gen(function* () {
            const person = Person.make()
            const folder = join(person.env.GENESYS_CONFIG_DIR, "profiles")
            mkdirSync(folder, { recursive: true })
            const profile = { region: "us-east-1", clientId: `id${payload}`, grant: "client_credentials" }
            writeFileSync(join(folder, "acme.json"), JSON.stringify(profile), { mode: 0o600 })
            for (const args of [
              ["profile", "list"],
              ["profile", "list", "--json"],
              ["profile", "show", "acme"]
            ]) {
              const { code, output } = yield* inTerminal(args, person.env)
              assert.strictEqual(code, 0, output)
              assert.include(output, shown)
            }
            const host = { GENESYS_CLOUD_LOGIN_URL: "http://127.0.0.1:1" }
            const login = ["login", "--profile", "acme", "--region", "us-east-1"]
            const screen = yield* Screen.start(login, { ...person.env, ...host })
            yield* screen.until(/Client id/)
            // Pasted, such as from a page.
            yield* screen.type("a\u202Eb\u009B31mc\r")
            yield* screen.until(/Client secret/)
            yield* screen.type("\u0003")
            yield* screen.ended
            // It beeps when it is broken off.
            assertHarmless(screen.output().replaceAll("\u0007", ""), "login")
            assert.include(screen.output(), String.raw`a\u202eb`)
          }).pipe(Effect.scoped),
        timeout
      )
    }
  )
})
