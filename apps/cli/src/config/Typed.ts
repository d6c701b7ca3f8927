/**
 * What is typed, as the command tree knows it: `help` and `version` as words, aliases, and the user's defaults as the flags that they
 * stand for. A command of the tree is never shadowed: an alias counts only where there is none of its name.
 */
import type { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import type * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as Path from "effect/Path"
import * as SharedFlags from "../commands/SharedFlags.ts"
import * as UserSettings from "./UserSettings.ts"

/** Words that are no commands of the tree, and that no alias may be called. */
export const words: ReadonlySet<string> = new Set(["help", "version"])

/** Flags with a value, which may be called like a command. */
const valued = new Set(["profile", "region", "timeout", "max-retries", "output", "jq", "columns", "limit", "log-level"])

const inner = (command: Command.Command.Any) => command.subcommands.flatMap(({ commands }) => commands)

/** The shared flags of the command that is called. */
const offered = (root: Command.Command.Any, args: ReadonlyArray<string>): ReadonlySet<string> => {
  let command = root
  const names = new Set<string>()
  for (let index = 0; index < args.length; index++) {
    const word = args[index] ?? ""
    if (word === "--") break
    if (word.startsWith("-")) {
      if (valued.has(word.slice(2))) index++
      continue
    }
    const next = inner(command).find(({ name }) => name === word)
    if (next === undefined) break
    command = next
    for (const flag of SharedFlags.of(command)) if (flag._tag === "Setting") names.add(flag.id)
  }
  return inner(command).length === 0 ? names : new Set()
}

const isGiven = (args: ReadonlyArray<string>, names: ReadonlyArray<string>) => {
  const end = args.indexOf("--")
  return args
    .slice(0, end === -1 ? undefined : end)
    .some((arg) => names.some((name) => arg === `--${name}` || arg.startsWith(`--${name}=`)))
}

/** Flags that take the place of a default. */
const besides: Readonly<Record<UserSettings.Name, ReadonlyArray<string>>> = {
  output: ["output", "json", "csv", "jq", "help"],
  timeout: ["timeout", "help"],
  "max-retries": ["max-retries", "help"]
}

/** Scripts get what they would get elsewhere: how a list is printed is a default for a terminal alone. */
const counts = (name: UserSettings.Name, flags: ReadonlySet<string>) =>
  flags.has(name) && (name !== "output" || (flags.has("limit") && process.stdout.isTTY))

const named: ReadonlyArray<UserSettings.Name> = ["output", "timeout", "max-retries"]

/** The arguments that are meant. */
export const expand =
  (root: Command.Command.Any) =>
  (
    args: ReadonlyArray<string>
  ): Effect.Effect<ReadonlyArray<string>, ConfigurationError, FileSystem.FileSystem | Path.Path> =>
    Effect.gen(function* () {
      const [first = "", ...rest] = args
      if (first === "help") return [...rest, "--help"]
      if (first === "version" && rest.length === 0) return ["--version"]
      const isAlias = UserSettings.isAliasName(first) && !inner(root).some(({ name }) => name === first)
      const flags = isAlias ? new Set<string>() : offered(root, args)
      if (!isAlias && flags.size === 0) return args
      const { aliases, defaults } = yield* UserSettings.read
      const call = isAlias && Object.hasOwn(aliases, first) ? aliases[first] : undefined
      if (isAlias && call === undefined) return args
      const meant = call === undefined ? args : [...call, ...rest]
      const takes = call === undefined ? flags : offered(root, meant)
      const added = named.flatMap((name) => {
        const value = defaults[name]
        return value === undefined || !counts(name, takes) || isGiven(meant, besides[name]) ? [] : [`--${name}`, value]
      })
      return [...added, ...meant]
    })
