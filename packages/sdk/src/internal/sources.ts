/**
 * The operations in the SDK's own code, found by how its generator writes them: a doc comment, a method, and one call with
 * the path, the method and the places of all parameters.
 */
import { readFileSync } from "node:fs"
import type { Operation, Parameter } from "../CatalogueEntry.ts"
import type { ApiName } from "../Operations.ts"
import * as Installed from "./installed.ts"

export interface Sources {
  readonly all: () => ReadonlyArray<Operation>
  readonly find: (name: string) => ReadonlyArray<Operation>
}

interface Section {
  readonly api: ApiName
  readonly start: number
  readonly end: number
}

/** Reads the file when it is first needed, and an operation when it is first asked for. */
export const make = (): Sources => {
  let read: { readonly code: string; readonly sections: ReadonlyArray<Section> } | undefined
  let parsed: ReadonlyArray<Operation> | undefined
  const file = () => (read ??= sectioned(readFileSync(Installed.path(), "utf8")))

  return {
    all: () => {
      const { code, sections } = file()
      parsed ??= sections.flatMap(({ api, end, start }) =>
        [...code.slice(start, end).matchAll(method)].flatMap((match) => operationOf(api, match))
      )
      return parsed
    },
    find: (wanted) => {
      const [name = "", api] = wanted.split(".").toReversed()
      if (!/^\w+$/.test(name)) return []
      const { code, sections } = file()
      const found: Array<Operation> = []
      for (let at = code.indexOf(`\n\t${name}(`); at !== -1; at = code.indexOf(`\n\t${name}(`, at + 1)) {
        const section = sections.find(({ end, start }) => start < at && at < end)
        if (section === undefined || (api !== undefined && section.api !== api)) continue
        const from = code.lastIndexOf("\n\t/**\n", at)
        const text = code.slice(from, code.indexOf("\n\t}\n", at) + 4)
        for (const match of text.matchAll(method)) {
          if (match[2] === name) found.push(...operationOf(section.api, match))
        }
      }
      return found
    }
  }
}

const isApi = (name: string): name is ApiName => name.endsWith("Api")
const verbs: ReadonlyArray<Operation["method"]> = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]

const sectioned = (code: string) => {
  const starts = [...code.matchAll(/^class (\w+Api) \{$/gm)]
  const sections = starts.flatMap((match, index) => {
    const api = match[1] ?? ""
    return isApi(api) ? [{ api, start: match.index, end: starts[index + 1]?.index ?? code.length }] : []
  })
  return { code, sections }
}

/** Doc comment, name, arguments, path, HTTP method, and the four objects of parameters; then the body. */
const method =
  /\t\/\*\*\n((?:\t \*(?!\/).*\n)+)\t \*\/\n\t(\w+)\(([^)]*)\) \{(?:(?!\n\t\}\n)[\s\S])*?\.callApi\(\s*'([^']*)',\s*'(\w+)',\s*\{(.*)\},\s*\{(.*)\},\s*\{(.*)\},\s*\{(.*)\},\s*(.*?),\s*\[/g

/** `'id': opts['id']`, `'id': id`, or either of them in `buildCollectionParam(…, 'multi')`. */
const sentValue = /'([^']+)': (?:this\.apiClient\.buildCollectionParam\()?(?:opts\['([^']+)'\]|(\w+))/g

const operationOf = (api: ApiName, match: RegExpMatchArray): ReadonlyArray<Operation> => {
  const [
    ,
    doc = "",
    name = "",
    list = "",
    path = "",
    verb,
    paths = "",
    queries = "",
    headers = "",
    forms = "",
    body = ""
  ] = match
  const { summary, description, docs } = readDoc(doc)
  const places = new Map<string, Pick<Parameter, "in" | "sentAs">>()
  const place = (text: string, where: Parameter["in"]) => {
    for (const [, sentAs = "", option, argument] of text.matchAll(sentValue)) {
      places.set(option ?? argument ?? "", { in: where, sentAs })
    }
  }
  place(paths, "path")
  place(queries, "query")
  place(headers, "header")
  place(forms, "form")
  const sent = /^(?:opts\['([^']+)'\]|(\w+))$/.exec(body)
  if (sent !== null && body !== "null") places.set(sent[1] ?? sent[2] ?? "", { in: "body", sentAs: "body" })

  const parameter = (parameterName: string, required: boolean): ReadonlyArray<Parameter> => {
    const found = places.get(parameterName)
    const documented = docs.get(required ? parameterName : `opts.${parameterName}`)
    if (found === undefined) return []
    return [
      {
        name: parameterName,
        ...found,
        type: documented?.type ?? "Object",
        required,
        description: documented?.description ?? ""
      }
    ]
  }
  const args = list.split(",").map((text) => text.trim())
  const required = args.filter((arg) => arg !== "opts")
  const optional = [...places.keys()].filter((key) => !required.includes(key))
  return [
    {
      api,
      name,
      method: verbs.find((known) => known === verb) ?? "GET",
      path,
      summary,
      description,
      parameters: [
        ...required.flatMap((arg) => parameter(arg, true)),
        ...optional.flatMap((key) => parameter(key, false))
      ]
    }
  ]
}

interface Documented {
  readonly type: string
  readonly description: string
}

const readDoc = (doc: string) => {
  const lines = doc.split("\n").map((line) => line.replace(/^\t \* ?/, "").trim())
  const docs = new Map<string, Documented>()
  const texts: Array<string> = []
  for (const line of lines) {
    const [, type, name, description = ""] = /^@param \{(.*?)\} (\S+) ?(.*)$/.exec(line) ?? []
    if (type !== undefined && name !== undefined) docs.set(name, { type, description })
    else if (line !== "" && !line.startsWith("@")) texts.push(line)
  }
  return { summary: texts[0] ?? "", description: texts.slice(1).join(" "), docs }
}
