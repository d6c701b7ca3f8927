/** The table of the README with the lists that have names, made of what they say of themselves. */
import * as Kinds from "../src/Kinds.ts"
import { tablesOf } from "../src/Layout.ts"

const code = (text: string) => `\`${text}\``

export const table = (): string => {
  const rows = Kinds.listNames.map((name) => {
    const { given, layout } = Kinds.lists[name]
    const [, ...children] = tablesOf(layout)
    const permissions = given.permissions.length === 0 ? "none" : given.permissions.map(code).join(" or ")
    const tables = children.map((child) => code(child.name)).join(", ")
    return `| ${code(name)} | ${given.doc} | ${code(given.operation)} | ${permissions} | ${tables} |`
  })
  return [
    "| kind | | operation | permission | tables of what is within |",
    "| --- | --- | --- | --- | --- |",
    ...rows
  ].join("\n")
}
