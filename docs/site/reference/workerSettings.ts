/** Each field of the worker's settings file, of the JSON Schema that `genesys-worker schema` prints. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "../Pages.ts"
import { cell, code, page, table } from "./markdown.ts"

interface Node {
  readonly type?: string
  readonly description?: string
  readonly enum?: ReadonlyArray<unknown>
  readonly const?: unknown
  readonly anyOf?: ReadonlyArray<Node>
  readonly items?: Node
  readonly properties?: Readonly<Record<string, Node>>
  readonly patternProperties?: Readonly<Record<string, Node>>
  readonly required?: ReadonlyArray<string>
  readonly minimum?: number
  readonly maximum?: number
}

/** What a value may be, in a few words. */
const typeOf = (node: Node): string => {
  if (node.enum !== undefined) {
    const shown = node.enum.slice(0, 12).map((one) => code(String(one)))
    return shown.join(", ") + (node.enum.length > shown.length ? ` and ${node.enum.length - shown.length} more` : "")
  }
  if (node.anyOf !== undefined) return [...new Set(node.anyOf.map(typeOf))].join(" or ")
  if (node.items !== undefined) return `list of ${typeOf(node.items)}`
  const range = node.minimum === undefined || node.maximum === undefined ? "" : `, ${node.minimum} to ${node.maximum}`
  return `${node.type ?? "any"}${range}`
}

const docOf = (node: Node): string => node.description ?? node.anyOf?.find((one) => one.description)?.description ?? ""

/** The fields of an object, and of those within. */
const fields = (node: Node, above = ""): ReadonlyArray<ReadonlyArray<string>> =>
  Object.entries(node.properties ?? {}).flatMap(([name, field]) => {
    const path = `${above}${name}`
    const row: ReadonlyArray<string> = [
      code(path),
      typeOf(field),
      node.required?.includes(name) ? "yes" : "",
      cell(docOf(field))
    ]
    const [each] = Object.values(field.patternProperties ?? {})
    return [row].concat(fields(field, `${path}.`), each === undefined ? [] : fields(each, `${path}.*.`))
  })

const head = ["field", "value", "needed", "what it means"]

const kindOf = (job: Node) => (job.properties?.["kind"]?.enum ?? []).map(String)

export const workerSettings = (): string => {
  const schema: Node = JSON.parse(readFileSync(join(root, "apps/worker/settings.schema.json"), "utf8"))
  const jobs = schema.properties?.["jobs"]?.items?.anyOf ?? []
  const sinks = new Map<string, ReadonlyArray<ReadonlyArray<string>>>()
  const parts = jobs.flatMap((job) => {
    const kinds = kindOf(job)
    const { sink, ...others } = job.properties ?? {}
    for (const one of sink?.anyOf ?? []) {
      if (one.properties !== undefined) sinks.set(Object.keys(one.properties).join(), fields(one, "sink."))
    }
    const title = kinds.length > 3 ? "Lists that have a name" : kinds.join(", ")
    const rows = fields({ ...job, properties: sink === undefined ? others : { ...others, sink } })
    return [
      `## kind: ${title}`,
      kinds.length > 3 ? kinds.map(code).join(", ") : "",
      cell(job.properties?.["kind"]?.description ?? ""),
      table(head, rows)
    ]
  })
  return page(
    "Settings of the worker",
    "the JSON Schema of the settings file, which `genesys-worker schema` prints",
    "What the whole file looks like is in [The worker](../guide/worker.md).",
    table(
      head,
      fields({
        ...schema,
        properties: { ...schema.properties, jobs: { type: "array", description: "What is done: below, by kind." } }
      })
    ),
    ...parts,
    "## The field sink",
    "One of these, or a list of them.",
    ...[...sinks.values()].map((rows) => table(head, rows))
  )
}
