/** Arguments that are empty or impossible: wrong usage, before anything is sent, whatever the command. */
import * as CommandLine from "@effect-genesys/program/CommandLine"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import { assert, describe, it, layer } from "@effect/vitest"
import * as Completions from "effect/cli/Completions"
import * as Effect from "effect/Effect"
import { mkdtempSync, readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { genesys } from "../src/commands/genesys.ts"
import * as InProcess from "./support/InProcess.ts"

const nobody = "00000000-0000-4000-8000-00000000000a"
const day = ["--interval", "2025-11-03"]
const simulator = Simulator.layer({ rateLimit: "off", users: 20, conversationsPerHour: 10 })

/** Every command with what it can be given as text. */
const texts = (
  command: Completions.CommandDescriptor,
  path: ReadonlyArray<string> = []
): ReadonlyArray<ReadonlyArray<string>> => [
  ...command.arguments.flatMap(() => [
    [...path, ""],
    [...path, "--", ""],
    [...path, "--", " \t"]
  ]),
  ...command.flags.flatMap(({ name, type }) =>
    type._tag === "Boolean"
      ? []
      : [
          [...path, `--${name}`, ""],
          [...path, `--${name}=`],
          [...path, `--${name}`, " "]
        ]
  ),
  ...command.subcommands.flatMap((inner) => texts(inner, [...path, inner.name]))
]

describe("an argument that is empty", () => {
  const all = texts(Completions.fromCommand(genesys))
  it("is wrong usage for each argument and flag of each command", () => {
    assert.isAbove(all.length, 100)
  })

  it.effect("says so, and where it stands", () =>
    Effect.forEach(all, (args) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(CommandLine.checkArguments(args))
        assert.match(error.message, /^An argument is empty/, args.join(" "))
      })
    )
  )

  it.effect("is another program's after --, and no concern of ours within a value", () =>
    Effect.forEach(
      [
        ["exec", "--", "printf", ""],
        ["--profile", "acme", "exec", "--", "printf", " ", "--x=", ""],
        ["api", "GET", "users", "-f", "state="],
        ["users", "list"]
      ],
      CommandLine.checkArguments
    )
  )
})

layer(simulator, { excludeTestServices: true })((test) => {
  const wrong: ReadonlyArray<readonly [ReadonlyArray<string>, number, RegExp]> = [
    [["users", "find", ""], 2, /An argument is empty: the one after find/],
    [["users", "get", "  "], 2, /An argument is empty: the one after get\./],
    [["users", "list", "--state", "  "], 2, /the one after --state\./],
    [["queues", "list", "--name=  "], 2, /the one of --name\./],
    [["queues", "list", "--name="], 2, /the one of --name/],
    [["api", "GET", ""], 2, /An argument is empty/],
    [["exec", "--", ""], 2, /An argument is empty: the one after --/],
    [["exec", "--", "  ", "x"], 2, /An argument is empty: the one after --/],
    [["users", "get", "--", ""], 2, /An argument is empty: the one after --/],
    [["sdk", "call", "getUser", "--", "", "x"], 2, /An argument is empty: the one after --/],
    [["sdk", "call", "getUser", "--", "x", ""], 2, /An argument is empty: the one after x/],
    [["exec", "--", "/dev/null/no"], 126, /\/dev\/null\/no cannot be run/],
    [["exec", "--", "true", "x".repeat(200_000)], 126, /true cannot be run/],
    [["conversations", "query", ...day, "--media", "telephone"], 2, /voice.*telephone/s],
    [["conversations", "query", ...day, "--queue", "No Such Queue"], 5, /There is no queue "No Such Queue"/],
    [["conversations", "query", ...day, "--queue", "B*"], 2, /one queue/],
    [["conversations", "query", ...day, "--queue", nobody], 5, /There is no queue with the id 00000000-/],
    [["conversations", "query", ...day, "--user", nobody.toUpperCase()], 5, /There is no user with the id 00000000-/],
    [["conversations", "query", ...day, "--user", "nobody"], 5, /nobody/],
    [["conversations", "query", ...day, "--user", "nobody@example.org"], 5, /No active user/],
    [["conversations", "query", "--interval", "2025-02-30T00:00Z/2025-03-10"], 2, /that exist/],
    [["conversations", "export", "--interval", "2025-02-30", "--out", "x"], 2, /that exist/],
    [["notifications", "listen", "v2.users.{id}.presence"], 2, /a topic, with an id in the place/],
    [
      ["conversations", "export", "--interval", "2025-11-03T10:00Z/2025-11-03T10:30Z", "--out", "x/"],
      2,
      /kept by whole UTC days/
    ],
    [["users", "export", "--out", "u.csv"], 2, /lines of JSON, not csv: call it "u\.ndjson"/],
    [
      ["conversations", "export", ...day, "--out", "day.PARQUET"],
      2,
      /Parquet is files in a directory.*--format parquet/
    ],
    [["users", "list", "--bom"], 2, /--bom is for CSV/]
  ]
  for (const [args, code, says] of wrong) {
    test.effect(`genesys ${args.join(" ").slice(0, 100)} ends with ${code}`, () =>
      Effect.gen(function* () {
        const ended = yield* InProcess.run(args, yield* InProcess.simulated)
        assert.deepStrictEqual([ended.code, ended.stdout], [code, ""], ended.stderr)
        assert.match(ended.stderr, says)
        const { requests } = yield* Simulator.use(({ journal }) => journal)
        assert.isFalse(requests.some(({ path }) => path.endsWith("/details/query")))
      })
    )
  }

  test.effect("an interval of half an hour is that, of a list and of a file", () =>
    Effect.gen(function* () {
      const env = yield* InProcess.simulated
      const [from, to] = ["2025-11-03T10:00:00.000Z", "2025-11-03T12:30:00.000Z"]
      const file = join(mkdtempSync(join(tmpdir(), "genesys-interval-")), "part.ndjson")
      const started = (text: string) =>
        text
          .split("\n")
          .filter(Boolean)
          .map((line): string => JSON.parse(line).conversationStart)
          .toSorted()
      const wanted = ["--interval", `${from}/${to}`]
      const whole = started((yield* InProcess.run(["conversations", "query", ...day], env)).stdout)
      const listed = started((yield* InProcess.run(["conversations", "query", ...wanted], env)).stdout)
      assert.isAbove(listed.length, 3)
      assert.deepStrictEqual(
        listed,
        whole.filter((start) => start >= from && start < to)
      )
      const exported = yield* InProcess.run(["conversations", "export", ...wanted, "--out", file], env)
      assert.strictEqual(exported.code, 0, exported.stderr)
      assert.deepStrictEqual(started(readFileSync(file, "utf8")), listed)
    })
  )

  test.effect("a table or CSV of a call that answers with a page has its rows", () =>
    Effect.gen(function* () {
      const env = yield* InProcess.simulated
      const call = ["api", "GET", "users?pageSize=2", "--columns", "name,email"]
      const { stdout } = yield* InProcess.run([...call, "--csv"], env)
      assert.match(stdout, /^name,email\r\n[^,]+,[^,\s]+@[^,\s]+\r\n[^,]+,[^,\s]+@[^,\s]+\r\n$/)
      const one = yield* InProcess.run(["api", "GET", "organizations/me", "--csv", "--columns", "name"], env)
      assert.match(one.stdout, /^name\r\n[^\r]+\r\n$/)
    })
  )

  test.effect("names of a queue and of a user are resolved", () =>
    Effect.gen(function* () {
      const env = yield* InProcess.simulated
      const rows = (...args: ReadonlyArray<string>) =>
        Effect.map(InProcess.run(args, env), ({ code, stderr, stdout }) => {
          assert.strictEqual(code, 0, stderr)
          return stdout
            .split("\n")
            .filter(Boolean)
            .map((line): { readonly id: string; readonly name: string; readonly email: string } => JSON.parse(line))
        })
      const query = (...args: ReadonlyArray<string>) => rows("conversations", "query", ...day, ...args)
      const [queue] = yield* rows("queues", "list", "--limit", "1", "--output", "ndjson")
      const byId = yield* query("--queue", queue!.id)
      assert.isAbove(byId.length, 0)
      assert.deepStrictEqual(yield* query("--queue", ` ${queue!.name.toUpperCase()}`), byId)
      const found = yield* rows("users", "find", "test.user@yourcompany.com", "--output", "ndjson")
      const user = found[0]!
      const ofUser = yield* query("--user", user.id)
      assert.deepStrictEqual(yield* query("--user", user.email), ofUser)
      assert.deepStrictEqual(yield* query("--user", user.name), ofUser)
    })
  )
})
