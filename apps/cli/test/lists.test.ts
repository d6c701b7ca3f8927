import { assert, describe, layer } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import { fileURLToPath } from "node:url"
import { parse } from "yaml"
import * as Cli from "./support/Cli.ts"

const timeout = 240_000
const simulator = Simulator.layer({ rateLimit: "off", users: 250, conversationsPerHour: 10 })

describe("genesys users, queues and conversations", () => {
  layer(simulator, { excludeTestServices: true })((it) => {
    it.effect(
      "print the same rows in each form",
      () =>
        Effect.gen(function* () {
          const list = (...args: ReadonlyArray<string>) =>
            Effect.map(Cli.genesys(["users", "list", "--state", "any", ...args]), ({ code, stderr, stdout }) => {
              assert.deepStrictEqual([code, stderr], [0, ""])
              return stdout
            })
          const ndjson = (yield* list())
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line))
          assert.lengthOf(ndjson, 250)
          assert.deepStrictEqual(JSON.parse(yield* list("--json")), ndjson)
          assert.deepStrictEqual(parse(yield* list("--output", "yaml")), ndjson)
          const csv = (yield* list("--csv")).split("\r\n")
          assert.strictEqual(csv[0], "id,name,email,state,department,title,division.name")
          assert.lengthOf(csv, 252)
          const table = (yield* list("--output", "table", "--limit", "3")).split("\n")
          assert.match(table[0]!, /^ID +NAME +EMAIL +STATE +DEPARTMENT +TITLE +DIVISION\.NAME$/)
          assert.lengthOf(table, 5)
          assert.notInclude(table.join(""), "\u001B")
          assert.strictEqual(yield* list("--json", "--jq", "length"), "250\n")
          assert.strictEqual(yield* list("--limit", "1", "--jq", ".name"), "Test User\n")
          assert.strictEqual(yield* list("--limit", "1", "--jq", ".name", "--output", "ndjson"), '"Test User"\n')
        }),
      timeout
    )

    it.effect(
      "load neither the SDK, the simulator, nor a database",
      () =>
        Effect.gen(function* () {
          const loaded = fileURLToPath(new URL("support/loaded.ts", import.meta.url))
          const { code, stderr } = yield* Cli.apart(["users", "list", "--limit", "1"], {
            env: { NODE_OPTIONS: `--import=${loaded}` }
          })
          assert.strictEqual(code, 0)
          // The parts of the bundle are called after what is in them.
          assert.match(stderr, /\/parsed\.cjs$/m)
          assert.notMatch(stderr, /purecloud|Catalogue|SdkOperation|Simulator|ExportOnce/)
        }),
      timeout
    )

    it.effect(
      "what jq makes of the rows before the one that it fails for is printed",
      () =>
        Effect.gen(function* () {
          const jq = 'if .name == "Test User" then .name else error("nobody") end'
          const { code, stderr, stdout } = yield* Cli.genesys(["users", "list", "--limit", "2", "--jq", jq])
          assert.deepStrictEqual([code, stdout], [1, "Test User\n"])
          assert.match(stderr, /^genesys: jq cannot apply .* to a result: nobody\.\n$/)
        }),
      timeout
    )

    it.effect(
      "find by address and by name, and exit with 5 when nobody is found",
      () =>
        Effect.gen(function* () {
          const find = (who: string) => Cli.genesys(["users", "find", who, "--jq", ".name"])
          assert.strictEqual((yield* find("TEST.user@yourcompany.com")).stdout, "Test User\n")
          const evans = (yield* find("evans")).stdout.trim().split("\n")
          assert.isAbove(evans.length, 3)
          assert.isTrue(evans.every((name) => name.endsWith(" Evans")))
          for (const who of ["nobody@yourcompany.com", "zzzz"]) {
            const { code, stderr, stdout } = yield* find(who)
            assert.deepStrictEqual([code, stdout], [5, ""])
            assert.include(stderr, who)
          }
        }),
      timeout
    )

    it.effect(
      "query conversations by media, and refuse an interval that is none",
      () =>
        Effect.gen(function* () {
          const query = (...args: ReadonlyArray<string>) =>
            Cli.genesys(["conversations", "query", "--interval", ...args, "--jq", ".conversationId"])
          const all = (yield* query("2025-11-03")).stdout.trim().split("\n")
          assert.lengthOf(all, 240)
          const voice = (yield* query("2025-11-03", "--media", "voice")).stdout.trim().split("\n")
          assert.isBelow(voice.length, 240)
          assert.isTrue(voice.every((id) => all.includes(id)))
          for (const interval of ["2025-02-31", "2025-11-04/2025-11-03", "tomorrow"]) {
            const { code, stderr, stdout } = yield* query(interval)
            assert.deepStrictEqual([code, stdout], [2, ""])
            assert.match(stderr, /--interval/)
          }
        }),
      timeout
    )

    it.effect(
      "standard output on a full disk is one line and exit code 1",
      () =>
        Effect.gen(function* () {
          const { code, stderr } = yield* Cli.sh("genesys users list > /dev/full")
          assert.deepStrictEqual([code, stderr], [1, "genesys: the output cannot be written (ENOSPC).\n"])
        }),
      timeout
    )
  })
})
