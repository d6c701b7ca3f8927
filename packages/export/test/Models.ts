/** What the declarations of the official SDK say of its models, and whether columns are read from fields that they have. */
import { assert } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import type * as Layout from "../src/Layout.ts"

const declarations = readFileSync(
  createRequire(import.meta.url).resolve("purecloud-platform-client-v2/index.d.ts"),
  "utf8"
)
export const fieldsOf = (model: string): ReadonlyMap<string, string> => {
  const start = declarations.indexOf(`\texport interface ${model} {`)
  const block = declarations.slice(start, declarations.indexOf("\n\t}", start))
  return new Map(Array.from(block.matchAll(/^\t\t"([^"]+)"\??: (.*);$/gm), ([, name = "", type = ""]) => [name, type]))
}
export const modelOf = (type = "") => /Models\.(\w+)/.exec(type)?.[1] ?? ""
const typesOf = {
  text: "string",
  moment: "string",
  number: "number",
  flag: "boolean",
  texts: "Array<string>",
  day: "string"
}
/** What the SDK calls otherwise than what is sent. */
const odd = new Set(["languageLabels.en_US"])

export const checkColumns = (model: string, columns: Layout.Main["columns"], ours: ReadonlyArray<string> = []) => {
  const fields = fieldsOf(model)
  for (const { from, type } of Object.values(columns)) {
    if (typeof from === "string" && ours.includes(from)) continue
    const [outer, inner] = typeof from === "string" ? [from] : from
    if (odd.has(`${outer}.${inner}`)) continue
    const found = inner === undefined ? fields.get(outer) : fieldsOf(modelOf(fields.get(outer))).get(inner)
    assert.strictEqual(found, typesOf[type], `${model}.${outer}${inner === undefined ? "" : `.${inner}`}`)
  }
}
