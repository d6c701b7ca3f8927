/** The types of bodies and answers in the SDK's TypeScript declarations, and example bodies made of them. */
import * as Option from "effect/Option"
import { readFileSync } from "node:fs"
import type { Operation, Types } from "../CatalogueEntry.ts"
import * as Installed from "./installed.ts"

export interface Declarations {
  readonly typesOf: (operation: Operation) => Types
}

export const make = (): Declarations => {
  let text: string | undefined
  const file = () => (text ??= readFileSync(Installed.path("/index.d.ts"), "utf8"))

  /** From its heading to the line that closes it. */
  const blockOf = (heading: string, close: string) => {
    const start = file().indexOf(heading)
    return start === -1 ? "" : file().slice(start, file().indexOf(close, start))
  }

  const exampleOf = (type: string, depth: number): unknown => {
    const array = /^Array<(.*)>$/.exec(type)
    if (array !== null) return depth === 0 ? [] : [exampleOf(array[1] ?? "", depth)]
    const model = /^Models\.(\w+)$/.exec(type)
    if (model === null) return plain[type] ?? {}
    if (depth === 0) return {}
    const fields = blockOf(`\texport interface ${model[1]} {`, "\n\t}").matchAll(/^\t\t"([^"]+)"\??: (.*);$/gm)
    return Object.fromEntries([...fields].map(([, name, field = ""]) => [name, exampleOf(field, depth - 1)]))
  }

  return {
    typesOf: ({ api, name, parameters }) => {
      const [, list = "", answer = "unknown"] =
        new RegExp(`\\t${name}\\((.*)\\): Promise<(.*)>;`).exec(blockOf(`declare class ${api} {`, "\n}")) ?? []
      const sent = parameters.find((parameter) => parameter.in === "body")
      const source = sent?.required === false ? blockOf(`\texport interface ${name}Options {`, "\n\t}") : list
      const declared = sent === undefined ? null : new RegExp(`\\b${sent.name}"?\\??: ([^,;)]*)`).exec(source)
      const body = Option.fromNullishOr(declared?.[1])
      return { body, example: Option.map(body, (type) => exampleOf(type, depth)), answer }
    }
  }
}

/** A body with an array of a model with a model in it: enough to see its shape. */
const depth = 3

const plain: Readonly<Record<string, unknown>> = { string: "string", number: 0, boolean: true }
