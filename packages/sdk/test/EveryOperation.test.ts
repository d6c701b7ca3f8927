/**
 * Each of the SDK's operations, called through the bridge with made-up arguments, over a transport that only records. `PROVE=1`: all
 * of them; else the first of each class with its method and what its parameters are.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Route from "@effect-genesys/client/Route"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as UrlParams from "effect/http/UrlParams"
import { argumentsOf, Catalogue } from "../src/Catalogue.ts"
import type { Operation, Parameter } from "../src/CatalogueEntry.ts"
import { GenesysSdk } from "../src/GenesysSdk.ts"
import * as Stack from "./Stack.ts"

const at = new Date("2026-01-02T03:04:05.678Z")

/** What a parameter is given, and the text that must arrive. */
const made = ({ name, type, ...parameter }: Parameter): { readonly value: unknown; readonly arrives: string } => {
  if (parameter.in === "body") return { value: { madeFor: name }, arrives: JSON.stringify({ madeFor: name }) }
  if (type === "Number") return { value: 7, arrives: "7" }
  if (type === "Boolean") return { value: false, arrives: "false" }
  if (type === "Date") return { value: at, arrives: at.toJSON() }
  if (type.startsWith("Array")) return { value: ["a b", `&${name}`], arrives: `a b,&${name}` }
  return { value: `ü/${name}?&`, arrives: parameter.in === "header" ? `ü/${name}?&` : `ü/${name}?&` }
}

const valuesOf = (operation: Operation) =>
  Object.fromEntries(operation.parameters.map((parameter) => [parameter.name, made(parameter).value]))

const arriving = (operation: Operation, where: Parameter["in"]) =>
  operation.parameters
    .filter((parameter) => parameter.in === where)
    .map((parameter): [string, string] => [parameter.sentAs, made(parameter).arrives])

const bodyOf = ({ body }: HttpClientRequest.HttpClientRequest) =>
  body._tag === "Uint8Array" ? new TextDecoder().decode(body.body) : body._tag

const isProof = process.env["PROVE"] !== undefined
const kindOf = ({ api, method, parameters }: Operation) =>
  [api, method, ...new Set(parameters.map((parameter) => `${parameter.in} ${parameter.type}`))].join()

describe("every operation", () => {
  it.effect(
    "makes exactly one request, with the method and path of its declaration and all that it was given",
    () => {
      const seen: Array<{ readonly request: HttpClientRequest.HttpClientRequest; readonly route: string | undefined }> =
        []
      const client = HttpClient.make((request) =>
        Effect.map(Route.Route, (route) => {
          seen.push({ request, route })
          return HttpClientResponse.fromWeb(request, Stack.unpaced(Response.json({ answered: request.url })))
        })
      )
      return Effect.gen(function* () {
        const sdk = yield* GenesysSdk
        const { operations } = yield* Catalogue
        const called = new Set<string>()
        const all = yield* operations
        const kinds = new Map(all.toReversed().map((operation) => [kindOf(operation), operation]))
        for (const operation of isProof ? all : kinds.values()) {
          const label = `${operation.api}.${operation.name}`
          const method: unknown = Reflect.get(sdk[operation.api], operation.name)
          if (typeof method !== "function") return assert.fail(label)
          const effect: Effect.Effect<unknown> = Reflect.apply(
            method,
            undefined,
            argumentsOf(operation, valuesOf(operation))
          )
          assert.strictEqual(seen.length, called.size, "nothing is sent before the effect runs")
          const answer = yield* effect
          called.add(label)
          assert.strictEqual(seen.length, called.size, label)
          const { request, route } = seen.at(-1)!
          const ids = Object.fromEntries(arriving(operation, "path"))
          const path = operation.path.replaceAll(/\{([^}]+)\}/g, (_, name: string) =>
            encodeURIComponent(ids[name] ?? "")
          )
          assert.strictEqual(request.method, operation.method, label)
          assert.strictEqual(request.url, `https://api.mypurecloud.com${path}`, label)
          assert.strictEqual(route, operation.path, label)
          assert.deepStrictEqual(
            UrlParams.toRecord(request.urlParams),
            Object.fromEntries(arriving(operation, "query")),
            label
          )
          for (const [name, value] of arriving(operation, "header")) {
            assert.strictEqual(request.headers[name.toLowerCase()], value, label)
          }
          assert.strictEqual(request.headers["authorization"], "Bearer fixed-token")
          assert.strictEqual(bodyOf(request), arriving(operation, "body")[0]?.[1] ?? "Empty", label)
          const asText = request.headers["accept"]?.startsWith("text/")
          const json = { answered: request.url }
          assert.deepStrictEqual(answer, asText ? JSON.stringify(json) : json, label)
        }
        assert.strictEqual(all.length, 3_468)
        assert.strictEqual(called.size, isProof ? all.length : kinds.size)
        assert.isAbove(kinds.size, 600)
        assert.strictEqual(new Set([...called].map((label) => label.split(".")[0])).size, 87)
      }).pipe(Effect.provide([Stack.layerOver(client), Catalogue.layer]))
    },
    120_000
  )
})
