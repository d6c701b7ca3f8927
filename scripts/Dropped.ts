/**
 * Refuses to bundle code that the bundler would leave out although it does something: calls of functions which it takes for pure,
 * and which are called for nothing but to see whether they throw. No option of it keeps them.
 */
import type { Plugin } from "rolldown"
import { parseSync, Visitor } from "rolldown/utils"

/** What it leaves out if the result is not used, and what throws for some values. */
const throwing = new Set([
  "decodeURI",
  "decodeURIComponent",
  "encodeURI",
  "encodeURIComponent",
  "String",
  "String.fromCodePoint",
  "Symbol.for"
])

const worth = new RegExp(`\\b(?:${[...throwing].map((name) => name.replace(".", "\\.")).join("|")})\\s*\\(`)

/** The calls of a module that would be dropped, by their lines. */
export const droppedCalls = (id: string, code: string): ReadonlyArray<string> => {
  if (!worth.test(code)) return []
  const found: Array<string> = []
  const { program } = parseSync(id.split("?", 1)[0] ?? id, code)
  new Visitor({
    ExpressionStatement: ({ expression: whole, start }) => {
      const expression = whole.type === "UnaryExpression" && whole.operator === "void" ? whole.argument : whole
      if (expression.type !== "CallExpression") return
      const { callee } = expression
      const name = code.slice(callee.start, callee.end)
      if (throwing.has(name)) found.push(`${id}:${code.slice(0, start).split("\n").length} ${name}`)
    }
  }).visit(program)
  return found
}

export const refuseDropped = (): Plugin => ({
  name: "dropped",
  transform: {
    filter: { id: /\.[cm]?[jt]s$/ },
    handler: (code, id) => {
      const found = droppedCalls(id, code)
      if (found.length === 0) return
      throw new Error(
        `The bundler would leave out what is called only to see whether it throws: use the result of ${found.join(", ")}.`
      )
    }
  }
})
