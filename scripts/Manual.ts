/** The manual page of a program, in roff: made of what its commands, settings and exit codes declare. */
import { rules, namesOf, type Program, type Rule } from "@effect-genesys/core/Settings"
import { builtIns } from "@effect-genesys/program/CommandLine"
import { exitCodes, exitMeanings } from "@effect-genesys/program/ExitCode"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as CliConfig from "effect/cli/CliConfig"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import type * as HelpDoc from "effect/cli/HelpDoc"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"

/** The help of a command, as it is asked for on a command line. */
const helpOf = Effect.fnUntraced(function* <Name extends string, Input, ContextInput, E>(
  root: Command.Command<Name, Input, ContextInput, E, Command.Environment>,
  path: ReadonlyArray<string>
) {
  const found: Array<HelpDoc.HelpDoc> = []
  const presenter: CliOutput.Presenter = {
    present: (event) => Effect.sync(() => (event._tag === "Help" ? found.push(event.helpDoc) : 0))
  }
  yield* Command.runWith(root, { version: "" })([...path, "--help"]).pipe(
    Effect.provide(
      Layer.mergeAll(CliOutput.layerPresenter(presenter), CliConfig.layer({ builtIns }), NodeServices.layer)
    )
  )
  const [help] = found
  return help ?? (yield* Effect.die(new Error(`${root.name} ${path.join(" ")} has no help.`)))
})

/** A command and all below it, in the order in which they are declared. */
export const helpsOf = <Name extends string, Input, ContextInput, E>(
  root: Command.Command<Name, Input, ContextInput, E, Command.Environment>,
  path: ReadonlyArray<string> = []
): Effect.Effect<ReadonlyArray<HelpDoc.HelpDoc>, unknown> =>
  Effect.gen(function* () {
    const help: HelpDoc.HelpDoc = yield* helpOf(root, path)
    const names = (help.subcommands ?? []).flatMap(({ commands }) => commands.map(({ name }) => name))
    const below = yield* Effect.forEach(names, (name) => helpsOf(root, [...path, name]))
    return [help, ...below.flat()]
  })

/** Text that roff prints as it is, in ASCII. No line of it begins with a dot, which would be a request. */
const plain = (text: string): string =>
  text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("'", "\\(aq")
    .replaceAll("`", "\\(ga")
    .replaceAll(
      /[^ -~\n]/gu,
      (sign) => `\\[u${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`
    )
    .replaceAll(/^\./gm, "\\&.")

const bold = (text: string) => `\\fB${plain(text)}\\fR`
const italic = (text: string) => `\\fI${plain(text)}\\fR`

/** One paragraph, with what is said of it set in. */
const item = (head: string, body: string) => [".TP", head, body === "" ? "\\&" : plain(body)]

const flagHead = ({ aliases, name, type }: HelpDoc.FlagDoc) =>
  [...aliases, `--${name}`].map(bold).join(", ") + (type === "boolean" ? "" : ` ${italic(type)}`)

const flagItems = (flags: ReadonlyArray<HelpDoc.FlagDoc>) =>
  flags.flatMap((flag) =>
    item(
      flagHead(flag),
      Option.getOrElse(flag.description, () => "")
    )
  )

const isSame = (one: HelpDoc.FlagDoc) => (other: HelpDoc.FlagDoc) =>
  one.name === other.name && Option.getOrUndefined(one.description) === Option.getOrUndefined(other.description)

/** What a command says of itself alone. @param everywhere the flags that all commands have */
const section = (help: HelpDoc.HelpDoc, everywhere: ReadonlyArray<HelpDoc.FlagDoc>): ReadonlyArray<string> => {
  const own = [...help.flags, ...(help.inheritedFlags ?? []), ...(help.globalFlags ?? [])].filter(
    (flag) => !everywhere.some(isSame(flag))
  )
  const args = (help.args ?? []).flatMap((arg) =>
    item(
      italic(arg.name),
      Option.getOrElse(arg.description, () => "")
    )
  )
  const examples = (help.examples ?? []).flatMap(({ command, description }) => item(bold(command), description ?? ""))
  return [
    `.SS ${bold(help.usage)}`,
    plain(help.description),
    ...args,
    ...flagItems(own),
    ...(examples.length === 0 ? [] : [".PP", "Examples:", ...examples])
  ]
}

const settingItem = (setting: Rule) => [
  ".TP",
  namesOf(setting).map(bold).join(", "),
  plain(`${setting.names}${setting.flag === undefined ? "" : `; on the command line: ${setting.flag}`}`)
]

/**
 * The whole page.
 *
 * @param version of the program
 * @throws if a command has no help
 */
export const page = <Name extends string, Input, ContextInput, E>(
  root: Command.Command<Name, Input, ContextInput, E, Command.Environment>,
  program: Program,
  version: string
): Effect.Effect<string, unknown> =>
  Effect.map(helpsOf(root), ([top, ...helps]) => {
    const everywhere = top?.globalFlags ?? []
    const lines = [
      // A date would make each build another one.
      `.TH ${plain(program).toUpperCase()} 1 "" "effect\\-genesys ${plain(version)}" "User Commands"`,
      ".SH NAME",
      `${plain(program)} \\- ${plain(top?.description.replace(/\.$/, "") ?? "")}`,
      ".SH SYNOPSIS",
      bold(top?.usage ?? program),
      ".SH COMMANDS",
      ...helps.flatMap((help) => section(help, everywhere)),
      ".SH FLAGS OF EVERY COMMAND",
      ...flagItems(everywhere),
      ".SH ENVIRONMENT",
      plain("What each variable names. A flag counts before a variable, and a variable before a profile."),
      ...rules.filter(({ programs }) => programs.includes(program)).flatMap(settingItem),
      ".SH EXIT STATUS",
      ...Object.entries(exitCodes).flatMap(([name, code]) =>
        item(bold(String(code)), Object.entries(exitMeanings).find(([key]) => key === name)?.[1] ?? "")
      )
    ]
    return `${lines.join("\n")}\n`
  })
