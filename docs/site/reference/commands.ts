/** A program's commands, as its help and its manual page have them. */
import type { Program } from "@effect-genesys/core/Settings"
import type * as Command from "effect/cli/Command"
import type * as HelpDoc from "effect/cli/HelpDoc"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { helpsOf } from "../../../scripts/Manual.ts"
import { cell, code, page, table, text } from "./markdown.ts"

const said = (description: Option.Option<string>) => cell(Option.getOrElse(description, () => ""))

const flagRow = ({ aliases, description, name, type }: HelpDoc.FlagDoc) => [
  [...aliases, `--${name}`].map((each) => code(type === "boolean" ? each : `${each} ${type}`)).join(", "),
  said(description)
]

const flags = (all: ReadonlyArray<HelpDoc.FlagDoc>) =>
  all.length === 0 ? "" : table(["flag", "what it does"], all.map(flagRow))

const isSame = (one: HelpDoc.FlagDoc) => (other: HelpDoc.FlagDoc) =>
  one.name === other.name && Option.getOrUndefined(one.description) === Option.getOrUndefined(other.description)

/** Without what stands for arguments. */
const nameOf = (help: HelpDoc.HelpDoc) => help.usage.split(/ [[<]/)[0] ?? help.usage

const section = (help: HelpDoc.HelpDoc, everywhere: ReadonlyArray<HelpDoc.FlagDoc>): ReadonlyArray<string> => {
  const own = [...help.flags, ...(help.inheritedFlags ?? []), ...(help.globalFlags ?? [])].filter(
    (flag) => !everywhere.some(isSame(flag))
  )
  const args = (help.args ?? []).map(({ description, name }) => [code(name), said(description)])
  const examples = (help.examples ?? []).map(({ command, description }) =>
    description === undefined ? command : `# ${description}\n${command}`
  )
  return [
    `## ${nameOf(help)}`,
    text(help.description),
    `\`\`\`text\n${help.usage}\n\`\`\``,
    args.length === 0 ? "" : table(["argument", "what it is"], args),
    flags(own),
    examples.length === 0 ? "" : `\`\`\`sh\n${examples.join("\n")}\n\`\`\``
  ]
}

/** The page of a program. @throws if a command has no help */
export const commands = <Name extends string, Input, ContextInput, E>(
  root: Command.Command<Name, Input, ContextInput, E, Command.Environment>,
  program: Program
): Effect.Effect<string, unknown> =>
  Effect.map(helpsOf(root), ([top, ...helps]) => {
    const everywhere = top?.globalFlags ?? []
    return page(
      program,
      "what its commands declare, as `--help` and the manual page are",
      text(top?.description ?? ""),
      ...helps.flatMap((help) => section(help, everywhere)),
      "## Flags of every command",
      flags(everywhere)
    )
  })
