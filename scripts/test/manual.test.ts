/** The manual pages say what the commands declare. */
import { assert, describe, it } from "@effect/vitest"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Completions from "effect/cli/Completions"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import { spawnSync } from "node:child_process"
import { genesys } from "../../apps/cli/src/commands/genesys.ts"
import { genesysWorker } from "../../apps/worker/src/commands/genesysWorker.ts"
import { page } from "../Manual.ts"

const roff = (text: string) => text.replaceAll("-", "\\-")

/** Each command of a tree with its flags. */
const commandsIn = (
  { flags, name, subcommands }: Completions.CommandDescriptor,
  above = ""
): ReadonlyArray<readonly [command: string, flags: ReadonlyArray<string>]> => [
  [`${above}${name}`, flags.map((flag) => flag.name)],
  ...subcommands.flatMap((one) => commandsIn(one, `${above}${name} `))
]

const hasGroff = spawnSync("groff", ["--version"]).status === 0
/** What a reader sees, and what groff has against it. */
const read = (text: string) => {
  const { stderr, stdout } = spawnSync("groff", ["-man", "-Tutf8", "-P-cbou", "-ww"], { input: text, encoding: "utf8" })
  // Lines are filled with blanks.
  return { stderr, text: stdout.replaceAll(/\s+/g, " ") }
}

describe.each([
  ["genesys", genesys, page(genesys, "genesys", "1.2.3")],
  ["genesys-worker", genesysWorker, page(genesysWorker, "genesys-worker", "1.2.3")]
] as const)("the manual page of %s", (program, root, made) => {
  it.effect("has every command with its flags, the variables and the exit codes", () =>
    Effect.gen(function* () {
      const text = yield* made
      const parts = text.split(/^\.SS /m)
      for (const [command, flags] of commandsIn(Completions.fromCommand(root)).slice(1)) {
        const part = parts.find((each) =>
          new RegExp(`^\\\\fB${roff(command).replaceAll("\\", "\\\\")}[ \\\\]`).test(each)
        )
        assert.isDefined(part, command)
        for (const flag of flags) assert.include(part, `\\fB\\-\\-${roff(flag)}\\fR`, command)
      }
      for (const each of ["GENESYS_CLOUD_CLIENT_SECRET", "\\-\\-help", ".SH EXIT STATUS\n.TP\n\\fB0\\fR", "1.2.3"]) {
        assert.include(text, each)
      }
      assert.notMatch(text, /[^\n -~]|^\.(?!TH |SH |SS |TP$|PP$)/m)
    })
  )

  it.effect.skipIf(!hasGroff)("is what groff can read", () =>
    Effect.gen(function* () {
      const { stderr, text } = read(yield* made)
      assert.strictEqual(stderr, "")
      assert.include(text, `${program} - `)
    })
  )
})

it.effect.skipIf(!hasGroff)("whatever a command says of itself is read as it is", () =>
  Effect.gen(function* () {
    const odd = "É it's `odd` — .SH at\n.SH \\fBnot\\fR a-b"
    const root = Command.make("root").pipe(
      Command.withDescription("A program."),
      Command.withSubcommands([
        Command.make("one", {
          flag: Flag.String("some-flag").pipe(Flag.withDescription(odd)),
          argument: Argument.String("some-argument").pipe(Argument.withDescription(odd))
        }).pipe(Command.withDescription(odd))
      ])
    )
    const { stderr, text } = read(yield* page(root, "genesys", "1.2.3"))
    assert.strictEqual(stderr, "")
    const found = text.split("É it's `odd` — .SH at .SH \\fBnot\\fR a-b").length - 1
    assert.strictEqual(found, 3, text)
  })
)
