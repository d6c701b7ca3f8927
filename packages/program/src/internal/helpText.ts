/** The help of a command as text: for a terminal as wide as it is, and elsewhere a line for each thing. */
import type { FlagDoc, HelpDoc } from "effect/cli/HelpDoc"
import * as Option from "effect/Option"
import * as TerminalText from "../TerminalText.ts"

export interface Options {
  /** Columns of the terminal; none where nobody looks. */
  readonly width: number | undefined
  readonly colour: boolean
}

/** What is narrower is not read. */
const narrowest = 40
const indent = 2
/** A longer name has its description on the line below. */
const longestName = 30

/** Words in lines that are no longer than the width; a word that is stays whole. */
export const wrapped = (text: string, width: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  let line = ""
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === "" ? word : `${line} ${word}`
  }
  return [...lines, line]
}

interface Row {
  readonly name: string
  readonly type: string
  readonly text: string
}

/** What can be chosen is in the description; a type that says it again takes half of the screen. */
const typeOf = ({ description, type }: FlagDoc, text = Option.getOrElse(description, () => "")) =>
  type === "boolean" ? "" : type.includes("|") && text.includes("(choices: ") ? " choice" : ` ${type}`

const flagRow = (flag: FlagDoc): Row => ({
  name: [`--${flag.name}`, ...flag.aliases].join(", "),
  type: typeOf(flag),
  text: Option.getOrElse(flag.description, () => "")
})

export const make = (doc: HelpDoc, { colour, width: columns }: Options): string => {
  const width = columns === undefined ? Infinity : Math.max(narrowest, columns)
  const painted = (code: number) => (text: string) =>
    colour && text !== "" ? `${TerminalText.style(code).code}${text}${TerminalText.unstyled.code}` : text
  const [bold, dim, green, cyan] = [painted(1), painted(2), painted(32), painted(36)]
  const margin = " ".repeat(indent)

  const table = (rows: ReadonlyArray<Row>): ReadonlyArray<string> => {
    const lengths = rows.map(({ name, type }) => name.length + type.length).filter((length) => length <= longestName)
    const at = indent + Math.max(6, ...lengths) + 2
    return rows.flatMap(({ name, text, type }) => {
      const [first = "", ...rest] = wrapped(text, width - at)
      const used = indent + name.length + type.length
      const left = margin + green(name) + dim(type)
      const below = rest.map((line) => " ".repeat(at) + line)
      return used + 2 <= at
        ? [`${left}${" ".repeat(at - used)}${first}`.trimEnd(), ...below]
        : [left, " ".repeat(at) + first, ...below]
    })
  }

  const section = (title: string, lines: ReadonlyArray<string>) =>
    lines.length === 0 ? [] : [bold(title), ...lines, ""]
  const text = (words: string) => wrapped(words, width - indent).map((line) => margin + line)
  const flags = (found: ReadonlyArray<FlagDoc> = []) => table(found.map(flagRow))

  const lines = [
    ...(doc.description === "" ? [] : section("DESCRIPTION", text(doc.description))),
    ...section("USAGE", [margin + cyan(doc.usage)]),
    ...section(
      "ARGUMENTS",
      table(
        (doc.args ?? []).map((arg) => ({
          name: arg.name + (arg.variadic ? "..." : ""),
          type: ` ${arg.type}`,
          text: Option.getOrElse(arg.description, () => "") + (arg.required ? "" : " (optional)")
        }))
      )
    ),
    ...section("FLAGS", flags(doc.flags)),
    ...section("INHERITED FLAGS", flags(doc.inheritedFlags)),
    ...section("GLOBAL FLAGS", flags(doc.globalFlags)),
    ...(doc.subcommands ?? []).flatMap(({ commands, group }) =>
      section(
        group ?? "SUBCOMMANDS",
        table(
          commands.map(({ alias, description, name, shortDescription }) => ({
            name: alias === undefined ? name : `${name}, ${alias}`,
            type: "",
            text: shortDescription ?? description
          }))
        )
      )
    ),
    // They are copied, and stay whole.
    ...section(
      "EXAMPLES",
      (doc.examples ?? []).flatMap(({ command, description }, place) => {
        const shown = place === 0 ? [] : [""]
        if (description !== undefined) shown.push(margin + dim(`# ${description}`))
        shown.push(margin + cyan(command))
        return shown
      })
    )
  ]
  return lines.slice(0, -1).join("\n")
}
