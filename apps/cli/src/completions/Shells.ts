/**
 * Completion scripts for shells. What is long or changes, operations and profiles, is not in them: they ask `genesys` for it when
 * somebody completes one.
 */
import * as Region from "@effect-genesys/auth/Region"
import { Catalogue } from "@effect-genesys/sdk/Catalogue"
import * as Command from "effect/cli/Command"
import * as Completions from "effect/cli/Completions"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Effect from "effect/Effect"
import * as SharedFlags from "../commands/SharedFlags.ts"

/** What scripts ask for when it is completed, by the name of the argument or flag that takes it. */
export const asked = ["operations", "profiles"] as const
export type Asked = (typeof asked)[number]

/** A choice that no value is; in its place the script asks. */
const placeOf = (what: Asked) => `@${what}@`
const choiceOf = (what: Asked): Completions.FlagType & Completions.ArgumentType => ({
  _tag: "Choice",
  values: [placeOf(what)]
})

/** Flags that name a file or a folder, in whichever command. */
const files = new Set(["out", "input", "file", "ca", "done", "secret-file", "socket", "scenario"])
const path = { _tag: "Path", pathType: "either" } as const

const typedFlag = (flag: Completions.FlagDescriptor): Completions.FlagDescriptor => {
  if (flag.type._tag !== "String") return flag
  // The help of the flag need not have all regions in it.
  if (flag.name === "region") return { ...flag, type: { _tag: "Choice", values: Region.names } }
  if (flag.name === "operation") return { ...flag, type: choiceOf("operations") }
  if (flag.name === "profile") return { ...flag, type: choiceOf("profiles") }
  return files.has(flag.name) ? { ...flag, type: path } : flag
}

const typedArgument =
  (parent: string, command: string) =>
  (argument: Completions.ArgumentDescriptor): Completions.ArgumentDescriptor => {
    if (argument.name === "operation") return { ...argument, type: choiceOf("operations") }
    // Whatever is run may be a file, and its arguments may be.
    if (command === "exec") return { ...argument, type: path }
    return parent === "profile" && argument.name === "name" ? { ...argument, type: choiceOf("profiles") } : argument
  }

/** Flags of the whole tree, or of a command and all below it: effect/cli leaves them out. */
const flagsOf = (globals: ReadonlyArray<Pick<GlobalFlag.GlobalFlag<any>, "flag">>) =>
  Completions.fromCommand(
    Command.make("globals", Object.fromEntries(globals.map(({ flag }, index) => [String(index), flag])))
  ).flags

const completed = (
  command: Command.Command.Any,
  described: Completions.CommandDescriptor,
  inherited: ReadonlyArray<Completions.FlagDescriptor>,
  parent = ""
): Completions.CommandDescriptor => {
  const shared = [...inherited, ...flagsOf(SharedFlags.of(command))]
  const inner = command.subcommands.flatMap(({ commands }) => commands)
  return {
    ...described,
    flags: [...described.flags, ...shared].map(typedFlag),
    arguments: described.arguments.map(typedArgument(parent, command.name)),
    subcommands: described.subcommands.flatMap((one) =>
      inner.filter(({ name }) => name === one.name).map((found) => completed(found, one, shared, command.name))
    )
  }
}

/** How each shell runs `genesys` where the values of a choice stand. PowerShell keeps its values, and has them asked for at its start. */
const asking: Record<Completions.Shell, (command: string) => (script: string, what: Asked) => string> = {
  bash: (command) => (script, what) => script.replaceAll(`'${placeOf(what)}'`, ask(command, what)),
  zsh: (command) => (script, what) => script.replaceAll(placeOf(what), ask(command, what)),
  fish: (command) => (script, what) =>
    script.replaceAll(placeOf(what), `(command ${command} completions ${what} 2>/dev/null)`),
  powershell: (command) => (script, what) =>
    script.replaceAll(`'${placeOf(what)}'`, `$(${command} completions ${what} 2>$null)`)
}

const ask = (command: string, what: Asked) => `$(command ${command} completions ${what} 2>/dev/null)`

/** Where each function of the script for bash has got its words. */
const bashWords = '_init_completion -n "$COMP_WORDBREAKS" || return'

/** A value behind `=` is completed as one that is a word of its own: effect/cli knows that word alone. */
const bashValue = `  if [[ "$cur" == --*=* ]]; then
    prev="\${cur%%=*}"
    cur="\${cur#*=}"
  fi`

/** The whole script. */
export const script = (command: Command.Command.Any, shell: Completions.Shell): string => {
  const builtIns = flagsOf([GlobalFlag.Help, GlobalFlag.LogLevel])
  const tree = completed(command, Completions.fromCommand(command), builtIns)
  // It tells how to install it, with the flag of effect/cli, whose script knows nothing of all this.
  const generated = Completions.generate(command.name, shell, tree).replaceAll(
    `${command.name} --completions ${shell}`,
    `${command.name} completions ${shell}`
  )
  const whole = shell === "bash" ? generated.replaceAll(bashWords, `${bashWords}\n${bashValue}`) : generated
  return asked.reduce(asking[shell](command.name), whole)
}

/** The operations as they can be called: a name that several classes have says nothing without its class. */
export const operations = Effect.map(
  // Without the SDK the commands can still be completed.
  Catalogue.use((catalogue) => catalogue.operations).pipe(Effect.catchTag("MissingSdkError", () => Effect.succeed([]))),
  (found) =>
    Object.values(Object.groupBy(found, ({ name }) => name))
      .flatMap((same = []) => same.map(({ api, name }) => (same.length > 1 ? `${api}.${name}` : name)))
      .toSorted()
)
