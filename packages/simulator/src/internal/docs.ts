/**
 * `/openapi.json`, made from the API's definition when it is first asked for, and `/docs`, the same for people: a page
 * without scripts that loads nothing from anywhere.
 */
import * as OpenApi from "effect/http-api/OpenApi"
import * as Effect from "effect/Effect"
import * as Function from "effect/Function"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import { SimulatorApi } from "../api/SimulatorApi.ts"

interface Operation {
  readonly tag: string
  readonly method: string
  readonly path: string
  readonly takes: string
  readonly statuses: string
}

const methods = ["get", "head", "post", "put", "patch", "delete"] as const

const operations = (spec: OpenApi.OpenAPISpec): ReadonlyArray<Operation> =>
  Object.entries(spec.paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method]
      if (operation === undefined) return []
      const parameters = operation.parameters.map(({ in: place, name }) => `${name} (${place})`)
      const body = operation.requestBody === undefined ? [] : Object.keys(operation.requestBody.content)
      return [
        {
          tag: operation.tags[0] ?? "",
          method: method.toUpperCase(),
          path,
          takes: parameters.concat(body).join(", "),
          statuses: Object.keys(operation.responses).join(" ")
        }
      ]
    })
  )

const escape = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")

const page = (spec: OpenApi.OpenAPISpec): string => {
  const title = escape(spec.info.title)
  const groups = Map.groupBy(operations(spec), ({ tag }) => tag)
  const sections = Array.from(groups, ([tag, found]) => {
    const rows = found.map(({ method, path, statuses, takes }) => {
      const cells = [`<code>${method} ${escape(path)}</code>`, escape(takes), statuses]
      return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`
    })
    const head = "<tr><th>Endpoint</th><th>Takes</th><th>Answers</th></tr>"
    return `<h2>${escape(tag)}</h2>\n<table>${head}\n${rows.join("\n")}\n</table>`
  })
  const style =
    "body{font:15px system-ui;margin:2em auto;max-width:72em;padding:0 1em}table{border-collapse:collapse;width:100%}" +
    "td,th{border-bottom:1px solid #ccc;padding:.3em .6em .3em 0;text-align:left;vertical-align:top}"
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title><style>${style}</style></head>
<body><h1>${title}</h1>
<p>Bodies and answers in full: <a href="/openapi.json">/openapi.json</a>, for any OpenAPI viewer.</p>
${sections.join("\n")}
</body></html>`
}

const specOf = Function.memoize((api: typeof SimulatorApi) => OpenApi.fromApi(api))

export const layer = Layer.mergeAll(
  HttpRouter.add(
    "GET",
    "/openapi.json",
    Effect.sync(() => HttpServerResponse.jsonUnsafe(specOf(SimulatorApi)))
  ),
  HttpRouter.add(
    "GET",
    "/docs",
    Effect.sync(() => HttpServerResponse.html(page(specOf(SimulatorApi))))
  )
)
