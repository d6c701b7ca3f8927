/** The table of the README with the kinds of facts, made of what they say of themselves. */
import * as Kinds from "../src/Kinds.ts"
import { tablesOf } from "../src/Layout.ts"

const code = (text: string) => `\`${text}\``

export const table = (): string => {
  const rows = Kinds.factNames.map((name) => {
    const { layout, told } = Kinds.facts[name]
    const [, ...children] = tablesOf(layout)
    const tables = children.map((child) => code(child.name)).join(", ")
    return `| ${code(name)} | ${told.doc} | ${told.operations.map(code).join(", ")} | ${told.permissions.map(code).join(" and ")} | ${tables} |`
  })
  return [
    "| kind | | operations | permission | tables of what is within |",
    "| --- | --- | --- | --- | --- |",
    ...rows
  ].join("\n")
}
