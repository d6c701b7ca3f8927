/**
 * Answers calls of operations that the simulator does not imitate, if `allOperations` says so. They pass what all others pass: faults and the
 * journal, the token, the limits, the permissions. Their answers say of themselves `x-simulator: shaped`, and what they are sent
 * changes nothing.
 */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpApiSecurity from "effect/http-api/HttpApiSecurity"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type * as Scope from "effect/Scope"
import { Admission } from "../login/admission.ts"
import { badRequest } from "../shared/bodyCheck.ts"
import { CurrentRequest } from "../shared/currentRequest.ts"
import { failure } from "../shared/failure.ts"
import { Settings } from "../shared/settings.ts"
import * as Answers from "./answers.ts"
import * as Draws from "./draws.ts"
import * as Imitated from "./imitated.ts"
import * as Maker from "./maker.ts"
import { Operations } from "./operations.ts"
import * as OperationTree from "./operationTree.ts"
import type { Operation, SdkIndex } from "./sdkIndex.ts"
import { keyOf } from "./sdkIndex.ts"

type Router<E> = Effect.Effect<
  HttpServerResponse.HttpServerResponse,
  E,
  HttpServerRequest.HttpServerRequest | Scope.Scope
>

/** A tree in which what is imitated is known, too, so that the nearer path counts. */
const treeOf = ({ operations }: SdkIndex) => {
  const tree = OperationTree.make<Operation | "imitated">()
  for (const { method, path } of Imitated.endpoints()) tree.add(method, path, "imitated")
  for (const operation of operations) tree.add(operation.method, operation.path, operation)
  return tree
}

/** The shortest path at which a thing of each model can be asked for by its id alone. */
const pathsOf = ({ operations }: SdkIndex): ReadonlyMap<string, string> => {
  const paths = new Map<string, string>()
  for (const { answer, method, path } of operations) {
    if (method !== "GET" || answer.kind !== "model" || !/^[\w/]+\/\{\w+\}$/.test(path)) continue
    const known = paths.get(answer.name)
    if (known === undefined || path.length < known.length) paths.set(answer.name, path)
  }
  return paths
}

const partsOf = Effect.fnUntraced(function* (index: SdkIndex, tree: ReturnType<typeof treeOf>) {
  const { seed } = yield* Settings
  // Nearly half a megabyte that others do not need.
  const facts = (yield* Effect.promise(() => import("./facts.ts"))).make()
  const { models } = index
  const draws = Draws.make(seed)
  const paths = pathsOf(index)
  const uriOf = (model: string, id: string) => paths.get(model)?.replace(/\{\w+\}$/, () => encodeURIComponent(id))
  const itemsOf = (path: string) => {
    const found = tree.find("GET", `${path}/0`)
    const names = found === undefined || found.value === "imitated" ? [] : Object.entries(found.ids)
    return names.findLast(([, id]) => id === "0")?.[0]
  }
  return { facts, models, draws, itemsOf, maker: Maker.make({ models, facts, draws, uriOf }) }
})

const isJson = (contentType: string) => /^application\/(?:[\w.-]+\+)?json *(?:;|$)/i.test(contentType)

/** Undefined for an empty one; refused if it is not JSON. */
const bodyOf = Effect.fnUntraced(function* (request: HttpServerRequest.HttpServerRequest) {
  const text = yield* request.text
  if (text.trim() === "") return { body: undefined }
  if (!isJson(request.headers["content-type"] ?? "application/json")) return "unsupported"
  return yield* Effect.try({
    try: (): { body: unknown } => ({ body: JSON.parse(text) }),
    catch: () => "not JSON"
  }).pipe(Effect.catch(() => badRequest("body", "Expected JSON")))
})

/** The router, and before it what only has a shape. */
export const over = Effect.fnUntraced(function* <E>(router: Router<E>) {
  const { index } = yield* Operations
  if (index === undefined) return router
  const { admit } = yield* Admission
  const tree = treeOf(index)
  const { facts, ...parts } = yield* partsOf(index, tree)

  const serve = Effect.fnUntraced(function* (operation: Operation, ids: Readonly<Record<string, string>>) {
    const request = yield* HttpServerRequest.HttpServerRequest
    const { correlationId, entry, now, responseHeaders } = yield* CurrentRequest
    responseHeaders["x-simulator"] = "shaped"
    const credential = yield* HttpApiBuilder.securityDecode(HttpApiSecurity.bearer).pipe(
      Effect.provideService(HttpServerRequest.ParsedSearchParams, {})
    )
    yield* admit(credential, facts.needs(keyOf(operation.method, operation.path)) ?? { all: [], any: [] })
    const sent = operation.body === undefined ? { body: undefined } : yield* bodyOf(request)
    if (sent === "unsupported") return failure(415, correlationId)
    const query = new URL(request.url, "http://localhost").searchParams
    const call = { operation, ids, path: entry.path, query, headers: request.headers, body: sent.body, now }
    const wrong = Answers.check(parts.models, call)
    if (wrong !== undefined) return yield* badRequest(wrong.field, wrong.reason)
    const answered = Answers.answer(parts, call)
    if ("field" in answered) return yield* badRequest(answered.field, answered.reason)
    const { value } = answered
    if (value === undefined) return HttpServerResponse.empty({ status: 204 })
    const text = typeof value === "string" && operation.accept.startsWith("text/") ? value : JSON.stringify(value)
    return HttpServerResponse.text(text, { contentType: operation.accept })
  })

  return Effect.gen(function* () {
    const { correlationId, entry } = yield* CurrentRequest
    const found = yield* Effect.try(() => tree.find(entry.method, entry.path) ?? withoutBody(tree, entry)).pipe(
      Effect.orElseSucceed(() => "undecodable" as const)
    )
    if (found === "undecodable") return failure(400, correlationId)
    if (found === undefined || found.value === "imitated") return yield* router
    return yield* serve(found.value, found.ids).pipe(
      Effect.catchIf(
        (error) => "contextId" in error,
        (error) => Effect.succeed(HttpServerResponse.jsonUnsafe(error, { status: error.status }))
      )
    )
  })
})

/** What can be got can be asked for without its body. */
const withoutBody = (tree: ReturnType<typeof treeOf>, { method, path }: Imitated.Endpoint) =>
  method === "HEAD" ? tree.find("GET", path) : undefined
