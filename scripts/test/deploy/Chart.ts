/** The chart, rendered by Go's own template engine, and with no function of Helm's: the chart uses none. */
import { parse as render } from "@evertdespiegeleer/go-template"
import { Ajv } from "ajv"
import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { parse } from "yaml"
import { root } from "../../Workspaces.ts"

export const folder = join(root, "deploy/helm/genesys-worker")
const text = (name: string) => readFileSync(join(folder, name), "utf8")

interface Metadata {
  readonly apiVersion: string
  readonly name: string
  readonly version: string
  readonly appVersion: string
}

export const metadata: Metadata = parse(text("Chart.yaml"))
export const defaults: Readonly<Record<string, unknown>> = parse(text("values.yaml"))

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** As Helm lays values over others. */
const merged = (
  under: Readonly<Record<string, unknown>>,
  over: Readonly<Record<string, unknown>>
): Readonly<Record<string, unknown>> => ({
  ...under,
  ...Object.fromEntries(
    Object.entries(over).map(([name, value]) => {
      const before = under[name]
      return [name, isObject(value) && isObject(before) ? merged(before, value) : value]
    })
  )
})

const isValid = new Ajv({ strict: true }).compile(JSON.parse(text("values.schema.json")))

/** What the chart's schema says of values over its own, if something is wrong. */
export const faultOf = (values: Readonly<Record<string, unknown>>): string | undefined =>
  isValid(merged(defaults, values)) ? undefined : JSON.stringify(isValid.errors)

const definitions = text("templates/_names.tpl")

/** The text of each template that makes a manifest, in the order of their names. */
export const rendered = async (
  values: Readonly<Record<string, unknown>> = {},
  release = "genesys-worker"
): Promise<ReadonlyArray<string>> => {
  const given = {
    Values: merged(defaults, values),
    Release: { Name: release, Namespace: "default" },
    Chart: { Name: metadata.name, Version: metadata.version, AppVersion: metadata.appVersion }
  }
  const names = globSync("templates/*.yaml", { cwd: folder }).toSorted()
  return Promise.all(names.map((name) => render(definitions + text(name), given)))
}
