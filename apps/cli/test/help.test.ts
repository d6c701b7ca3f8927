/** The help of each command in a terminal of its width, and what a wrong call is told in its place. */
import { assert, describe, it } from "@effect/vitest"
import type * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { stripVTControlCharacters } from "node:util"
import { genesys } from "../src/commands/genesys.ts"
import * as Programs from "./support/Programs.ts"

const all = (command: Command.Command.Any, path: ReadonlyArray<string> = []): ReadonlyArray<ReadonlyArray<string>> => [
  path,
  ...command.subcommands.flatMap(({ commands }) => commands).flatMap((one) => all(one, [...path, one.name]))
]
const paths = all(genesys).filter((_, place) => Programs.isProof || place % 4 === 0)

describe("help", () => {
  it.live("is as wide as the terminal, but for examples, which are copied", () =>
    Effect.gen(function* () {
      for (const path of paths) {
        const { code, output } = yield* Programs.inTerminal([...path, "--help"], {}, undefined, 80)
        assert.strictEqual(code, 0)
        const [text = ""] = stripVTControlCharacters(output).replaceAll("\r", "").split("EXAMPLES")
        for (const line of text.split("\n")) assert.isAtMost(line.length, 80, line)
      }
      const { output } = yield* Programs.inTerminal(["token", "--help"], {}, undefined, 60)
      assert.include(
        stripVTControlCharacters(output).replaceAll("\r", ""),
        [
          "  --min-life duration  Ask for a new token if the shared one",
          "                       has less left than this, such as 90s,",
          "                       10m or 2h"
        ].join("\n")
      )
    })
  )

  it.live("has a line for each thing where it is piped", () =>
    Effect.gen(function* () {
      const { code, stdout } = yield* Programs.run("genesys", ["token", "--help"])
      assert.strictEqual(code, 0)
      assert.match(stdout, /^ {2}--min-life duration +Ask for a new token if .* 2h$/m)
      assert.notInclude(stdout, "\u001B")
    })
  )
})

describe("a wrong call", () => {
  it.live("is told in a line, and where its help is in a second one", () =>
    Effect.gen(function* () {
      const cases = [
        [["users", "lisp"], 'Unknown subcommand "lisp" for "genesys users". Did you mean list?', "genesys users"],
        [
          ["users", "list", "--stat", "any"],
          "Unrecognized flag: --stat in command genesys users list. Did you mean --state?",
          "genesys users list"
        ],
        [["users", "list", "--limit", "no"], 'Invalid value for flag --limit: "no"', "genesys users list"],
        [["conversations", "query"], "Missing required flag: --interval", "genesys conversations query"]
      ] as const
      for (const [args, message, path] of cases) {
        const { code, stderr, stdout } = yield* Programs.run("genesys", args)
        assert.deepStrictEqual([code, stdout], [2, ""])
        const [first = "", second = "", ...more] = stderr.split("\n")
        assert.isTrue(first.startsWith(`genesys: ${message}`), stderr)
        assert.match(second, new RegExp(`^Usage: ${path} .*; for all of it: ${path} --help$`))
        assert.deepStrictEqual(more, [""])
      }
    })
  )
})
