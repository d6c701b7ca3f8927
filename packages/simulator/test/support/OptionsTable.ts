/**
 * The options of the simulator as a table in Markdown, from their schema.
 */
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { OAuthClient } from "../../src/OAuthClient.ts"
import { SimulatorOptions } from "../../src/SimulatorOptions.ts"

interface Node {
  readonly type?: string
  readonly description?: string
  readonly allOf?: ReadonlyArray<Node>
  readonly anyOf?: ReadonlyArray<Node>
  readonly enum?: ReadonlyArray<string | number>
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
  readonly items?: Node
  readonly properties?: Readonly<Record<string, Node>>
}

/** What of a JSON Schema is looked at. */
const Node: Schema.Codec<Node, unknown> = Schema.Struct({
  type: Schema.optionalKey(Schema.String),
  description: Schema.optionalKey(Schema.String),
  allOf: Schema.optionalKey(Schema.Array(Schema.suspend(() => Node))),
  anyOf: Schema.optionalKey(Schema.Array(Schema.suspend(() => Node))),
  enum: Schema.optionalKey(Schema.Array(Schema.Union([Schema.String, Schema.Number]))),
  minimum: Schema.optionalKey(Schema.Number),
  exclusiveMinimum: Schema.optionalKey(Schema.Number),
  maximum: Schema.optionalKey(Schema.Number),
  items: Schema.optionalKey(Schema.suspend(() => Node)),
  properties: Schema.optionalKey(
    Schema.Record(
      Schema.String,
      Schema.suspend(() => Node)
    )
  )
})

const text = (value: unknown): string => {
  if (typeof value === "number") return value.toLocaleString("en-US")
  if (typeof value === "boolean") return `\`${value}\``
  if (typeof value === "string") return `\`${JSON.stringify(value)}\``
  return Array.isArray(value) ? value.map(text).join(", ") || "none" : ""
}

const bounds = ({ exclusiveMinimum, maximum = Infinity, minimum = -Infinity }: Node) => {
  const from = exclusiveMinimum === undefined ? minimum : exclusiveMinimum + 1
  if (maximum < Number.MAX_SAFE_INTEGER) return `, ${text(from)} to ${text(maximum)}`
  return from > Number.MIN_SAFE_INTEGER ? `, from ${text(from)}` : ""
}

const typeOf = (node: Node): string => {
  if (node.anyOf !== undefined) return node.anyOf.map(typeOf).join(" or ")
  if (node.enum !== undefined) return node.enum.map(text).join(" or ")
  if (node.type === "integer" || node.type === "number") return node.type + bounds(node)
  return { array: "list", boolean: "true or false", object: "object", string: "text" }[node.type ?? ""] ?? ""
}

const isObject = Schema.is(Schema.Record(Schema.String, Schema.Unknown))

/** One for each option, and one for each field of an option that has some. */
const rows = (node: Node, path: string, defaults: unknown): Array<Array<string>> => {
  const inner = [node, ...(node.anyOf ?? [])].find(({ properties }) => properties !== undefined)?.properties ?? {}
  return Object.entries(inner).flatMap(([name, field]) => {
    const value = isObject(defaults) ? defaults[name] : undefined
    const { description } = [field, ...(field.allOf ?? [])].find((one) => one.description !== undefined) ?? {}
    const row = [`\`${path}${name}\``, typeOf(field), text(value), description ?? ""]
    return [row].concat(rows(field, `${path}${name}.`, value))
  })
}

const nodeOf = (schema: Schema.Constraint) => Schema.decodeUnknownSync(Node)(Schema.toJsonSchemaDocument(schema).schema)

export const table = (): string => {
  const client = {
    ...OAuthClient.make({ id: "id", secret: Redacted.make("secret") }),
    id: undefined,
    secret: undefined
  }
  const all = [
    ["option", "type", "default", ""],
    ["---", "---", "---", "---"],
    ...rows(nodeOf(SimulatorOptions), "", SimulatorOptions.make({})),
    ...rows(nodeOf(OAuthClient), "clients[].", client)
  ]
  return all.map((cells) => `| ${cells.join(" | ")} |`).join("\n")
}
