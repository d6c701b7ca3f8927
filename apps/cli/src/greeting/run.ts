/** What `genesys` alone says in a terminal: what it finds, and what to type next. Piped, it prints the help. */
import { choose } from "@effect-genesys/program/ChosenProfile"
import { Profiles } from "@effect-genesys/program/Profiles"
import * as Settings from "@effect-genesys/program/Settings"
import * as TerminalText from "@effect-genesys/program/TerminalText"
import { settingNames } from "@effect-genesys/core/Settings"
import * as CliError from "effect/cli/CliError"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

type Next = readonly [command: string, what: string]

const forNobody: ReadonlyArray<Next> = [
  ["genesys demo", "what it does, in 25 seconds; needs no account"],
  ["genesys simulator", "a Genesys Cloud on this machine, to try every command"],
  ["genesys login", "with an OAuth client of your organization"]
]

const forSomebody: ReadonlyArray<Next> = [
  ["genesys whoami", "whom Genesys Cloud takes us for"],
  ["genesys doctor", "whether all is well, and what to do if not"],
  ["genesys users list --limit 10", "the first calls"]
]

/** The settings that say who we are, in the environment or in a file `.env`. */
const identity = [settingNames.clientId, ...Settings.secrets]

const found = Effect.gen(function* () {
  const chosen = yield* choose(Option.none())
  if (Option.isSome(chosen)) {
    const { name, profile, source } = chosen.value
    const of = `The profile ${name} (${source === "default" ? "the default" : source}) is used: ${profile.clientId} in ${profile.region}`
    const login: ReadonlyArray<Next> = [[`genesys login --profile ${name}`, "it is logged out"]]
    return { text: `${of}.`, next: profile.secret === undefined ? login : forSomebody }
  }
  const { environment, file } = yield* Settings.Sources
  const inEnvironment = (yield* Settings.present(environment, identity)).length > 0
  const inFile = (yield* Settings.present(file, identity)).length > 0
  const where = inEnvironment ? "The environment" : inFile ? "The file .env in this folder" : undefined
  return where === undefined
    ? { text: "Nobody is logged in, and the environment names no OAuth client.", next: forNobody }
    : { text: `${where} says who we are.`, next: forSomebody }
})

export const run = Effect.fnUntraced(function* () {
  if (!process.stdout.isTTY) return yield* new CliError.ShowHelp({ commandPath: ["genesys"], errors: [] })
  const { next, text } = yield* Effect.provide(found, Profiles.layer)
  const width = Math.max(...next.map(([command]) => command.length)) + 2
  yield* Console.log(
    [
      "genesys, the command line for Genesys Cloud.",
      TerminalText.line(text),
      "",
      "Next:",
      ...next.map(([command, what]) => `  ${command.padEnd(width)}${what}`),
      "",
      "All commands: genesys --help"
    ].join("\n")
  )
})
