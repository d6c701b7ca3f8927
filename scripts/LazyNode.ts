/**
 * Has a bundle load the modules of Node when they are first used: `node:crypto`, `node:tls` and the like take milliseconds and megabytes
 * each, and most starts need few of them. In the bundle, `let node_tls = require("node:tls")` becomes a function that requires it, and
 * each `node_tls.connect` of the code `node_tls().connect`. Code that uses a module while it is loaded itself, as `class extends` does,
 * still loads it at once.
 */
import type { Plugin } from "rolldown"
import { type ESTree, parseSync, Visitor } from "rolldown/utils"

/** How it is required, by the bundler or by a module that does so itself. */
const required = /^require\w*(?:\$\d+)?\("node:[\w/]+"\)$/

interface Place {
  readonly start: number
  readonly end: number
}

interface Edit extends Place {
  readonly text: string
}

const applied = (code: string, edits: ReadonlyArray<Edit>): string => {
  const parts: Array<string> = []
  let at = 0
  for (const { end, start, text } of edits.toSorted((a, b) => a.start - b.start)) {
    parts.push(code.slice(at, start), text)
    at = end
  }
  return parts.join("") + code.slice(at)
}

/** The code of a file of a bundle, in CommonJS and before it is minified. */
export const lazily = (id: string, code: string): string => {
  const { program } = parseSync(id, code)
  const textOf = ({ end, start }: Place) => code.slice(start, end)

  /** What the bundler makes of a namespace, in a statement of its own: `name = helpers.toESM(name, 1)`. */
  const wrapped = new Map<string, Place & { readonly how: string }>()
  for (const statement of program.body) {
    if (statement.type !== "ExpressionStatement" || statement.expression.type !== "AssignmentExpression") continue
    const { left, right } = statement.expression
    if (right.type !== "CallExpression" || left.type !== "Identifier") continue
    const [module] = right.arguments
    if (module?.type !== "Identifier" || module.name !== left.name) continue
    wrapped.set(left.name, { start: statement.start, end: statement.end, how: textOf(right) })
  }

  /** Of each name: what is to be done, and how often the code says it in a way that is dealt with. */
  const found = new Map<string, { readonly edits: Array<Edit>; known: number; said: number }>()
  for (const statement of program.body) {
    if (statement.type !== "VariableDeclaration" || statement.declarations.length !== 1) continue
    const [declaration] = statement.declarations
    if (declaration?.id.type !== "Identifier" || declaration.init === null) continue
    const call = textOf(declaration.init)
    if (!required.test(call)) continue
    const { name } = declaration.id
    const wrapper = wrapped.get(name)
    const module = wrapper === undefined ? call : wrapper.how.replace(`(${name},`, () => `(${call},`)
    const text = `let ${name}$kept;\nfunction ${name}() {\n\treturn ${name}$kept ??= ${module};\n}`
    found.set(name, {
      edits: [
        { start: statement.start, end: statement.end, text },
        ...(wrapper === undefined ? [] : [{ start: wrapper.start, end: wrapper.end, text: "" }])
      ],
      known: wrapper === undefined ? 1 : 3,
      said: 0
    })
  }
  if (found.size === 0) return code

  const nameOf = (node: ESTree.Expression | ESTree.Super) =>
    node.type === "Identifier" ? found.get(node.name) : undefined
  /** A name that is one of a member or a key only means nothing here. */
  const forget = (key: ESTree.PropertyKey) => {
    const name = key.type === "Identifier" ? found.get(key.name) : undefined
    if (name !== undefined) name.said--
  }
  new Visitor({
    Identifier: ({ name }) => {
      const one = found.get(name)
      if (one !== undefined) one.said++
    },
    MemberExpression: ({ computed, object, property }) => {
      if (!computed && property.type === "Identifier") forget(property)
      const name = nameOf(object)
      if (name === undefined) return
      name.known++
      name.edits.push({ start: object.end, end: object.end, text: "()" })
    },
    Property: ({ computed, key, shorthand }) => {
      if (!computed && !shorthand) forget(key)
    },
    MethodDefinition: ({ computed, key }) => {
      if (!computed) forget(key)
    },
    PropertyDefinition: ({ computed, key }) => {
      if (!computed) forget(key)
    },
    // `new name().Thing()` would make a new `name()`, and so would `new name().of.Thing()`.
    NewExpression: ({ callee }) => {
      let root: ESTree.Expression | ESTree.Super = callee
      while (root.type === "MemberExpression") root = root.object
      if (root === callee) return
      const name = nameOf(root)
      name?.edits.push(
        { start: callee.start, end: callee.start, text: "(" },
        { start: callee.end, end: callee.end, text: ")" }
      )
    }
  }).visit(program)

  // One that is used as a whole, or whose name means something else too, stays as it is.
  return applied(
    code,
    [...found.values()].flatMap(({ edits, known, said }) => (known === said ? edits : []))
  )
}

export const lazyNode = (): Plugin => ({
  name: "lazy-node",
  renderChunk: (code, { fileName }) => ({ code: lazily(fileName, code), map: null })
})
