/**
 * Answers a request whose body, path or query does not fit with a 400 in Genesys' words that names the field.
 */
import * as Effect from "effect/Effect"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import * as SchemaIssue from "effect/SchemaIssue"
import { BodyCheck } from "../../api/Authorization.ts"
import * as ErrorBody from "../../api/ErrorBody.ts"
import { CurrentRequest } from "./currentRequest.ts"

const format = SchemaIssue.makeFormatterStandardSchemaV1()

/** `["query", 0, "type"]` is `query[0].type`. */
const fieldName = (path: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }>): string => {
  let name = ""
  for (const segment of path) {
    const key = typeof segment === "object" ? segment.key : segment
    if (typeof key === "number") name += `[${key}]`
    else name += name === "" ? String(key) : `.${String(key)}`
  }
  return name === "" ? "body" : name
}

/** A 400 that names the field. */
export const badRequest = Effect.fnUntraced(function* (field: string, reason: string) {
  const { correlationId } = yield* CurrentRequest
  const message = `The value of the field '${field}' is not valid: ${reason}`
  return yield* Effect.fail(ErrorBody.make({ status: 400, contextId: correlationId, field, message }))
})

export const BodyCheckLive = HttpApiMiddleware.layerSchemaErrorTransform(BodyCheck, (error) => {
  // What we answer ourselves does not fit: our fault, not the caller's.
  if (error.kind === "Body" || error.kind === "ResponseHeaders") return Effect.die(error)
  const [issue] = format(error.cause.issue).issues
  return badRequest(fieldName(issue?.path ?? []), issue?.message ?? "not understood")
})
