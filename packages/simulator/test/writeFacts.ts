/**
 * Writes `internal/shaped/knownFacts.ts` from what Genesys publishes beside the SDK for JavaScript: `node test/writeFacts.ts MODELS DOCS`,
 * with the folder of models of the SDK for Python (`build/PureCloudPlatformClientV2/models`), which name the values of enumerations and
 * say what is a date, and the folder of pages of the SDK for JavaScript (`build/docs`), which name the permissions of each operation.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as SdkIndex from "../src/internal/shaped/sdkIndex.ts"
import type { Type } from "../src/internal/shaped/sdkTypes.ts"
import { isSettled } from "../src/internal/shaped/texts.ts"

const [models = "", docs = ""] = process.argv.slice(2)
const { models: known, operations } = SdkIndex.load()
const texts = (folder: string, end: string) =>
  readdirSync(folder)
    .filter((file) => file.endsWith(end))
    .toSorted()
    .map((file) => readFileSync(join(folder, file), "utf8"))

/** Those that an operation takes or answers. */
const reached = new Set<string>()
const reach = (type: Type): void => {
  if (type.kind === "array" || type.kind === "map") reach(type.of)
  if (type.kind !== "model" || reached.has(type.name)) return
  reached.add(type.name)
  for (const field of known.get(type.name) ?? []) reach(field.type)
}
for (const { answer, body } of operations) {
  reach(answer)
  if (body !== undefined) reach(body.type)
}

const pairs = (text: string, block: string) =>
  new Map(
    Array.from(
      (new RegExp(`self\\.${block} = \\{([\\s\\S]*?)\\n        \\}`).exec(text)?.[1] ?? "").matchAll(
        /'(\w+)': '([^']+)'/g
      ),
      ([, name = "", value = ""]): [string, string] => [name, value]
    )
  )
const letters = new Map([
  ["datetime", "t"],
  ["list[datetime]", "t"],
  ["date", "d"],
  ["list[date]", "d"]
])
const setter = /@(\w+)\.setter\n(?:(?!@\w+\.setter)[\s\S])*?allowed_values = \[(.*)\]/g

/** Of a set of many values some will do. */
const most = 12
const sets = new Map<string, number>()
const told: Array<string> = []
for (const text of texts(models, ".py")) {
  const name = /^class (\w+)\(object\):/m.exec(text)?.[1] ?? ""
  const own = new Map(known.get(name)?.map((field) => [field.name, field.type]))
  if (!reached.has(name)) continue
  const names = pairs(text, "attribute_map")
  const facts = new Map<string, string | number>()
  for (const [field, type] of pairs(text, "swagger_types")) {
    const letter = letters.get(type)
    if (letter !== undefined) facts.set(names.get(field) ?? "", letter)
  }
  for (const [, field = "", list = ""] of text.matchAll(setter)) {
    const values = Array.from(list.matchAll(/"([^"]*)"/g), ([, value = ""]) => value)
    if (values.some((value) => /[,|]/.test(value))) throw new Error(`${name}.${field} has a value with a comma`)
    const key = values
      .toSorted((one, other) => Number(isSettled(other)) - Number(isSettled(one)))
      .slice(0, most)
      .join(",")
    if (!sets.has(key)) sets.set(key, sets.size)
    facts.set(names.get(field) ?? "", sets.get(key) ?? 0)
  }
  const fields = [...facts].filter(([field]) => own.has(field)).map(([field, fact]) => `${field}=${fact}`)
  if (fields.length > 0) told.push([name, ...fields].join(" "))
}

const keys = new Set(operations.map(({ method, path }) => SdkIndex.keyOf(method, path)))
const page =
  /\n(GET|POST|PUT|PATCH|DELETE|HEAD) (\/api\S+)\n(?:(?!\n## )[\s\S])*?Requires (ANY|ALL|NO) permissions:\s*\n((?:\s*\* \S+\n)*)/g
const groups = new Map<string, Set<string>>()
for (const text of texts(docs, ".md")) {
  for (const [, method = "", path = "", mode, list = ""] of text.matchAll(page)) {
    const key = SdkIndex.keyOf(method, path)
    const permissions = Array.from(list.matchAll(/\* (\S+)/g), ([, permission = ""]) => permission)
    if (!keys.has(key)) continue
    const group = `${mode === "ALL" ? "&" : "|"}${permissions.toSorted().join(",")}`
    groups.set(group, (groups.get(group) ?? new Set()).add(key.replace(" /api/v2/", " ")))
  }
}
const permissions = Array.from(groups, ([group, all]) => [group, ...[...all].toSorted()].join(";"))

const file = join(import.meta.dirname, "..", "src", "internal", "shaped", "knownFacts.ts")
writeFileSync(
  file,
  `/**
 * What the declarations of the SDK leave out: values of enumerations, dates, permissions. \`test/writeFacts.ts\` writes it from what Genesys
 * publishes with its SDKs (for Python 257.1.0, the pages of JavaScript's 259.0.0), and \`facts.ts\` reads it.
 */

/** Sets of values, of each the first twelve. */
export const values =
  ${JSON.stringify([...sets.keys()].join("|"))}

/** Models, and of their fields those that have a set of values, by its number, or are a date with (\`t\`) or without (\`d\`) a time. */
export const fields =
  ${JSON.stringify(told.join(";"))}

/** Permissions that are all needed (\`&\`) or of which one is enough, and the operations that need them. */
export const permissions =
  ${JSON.stringify(permissions.join("\n"))}
`
)
