/**
 * Answers with JSON that the compiler has checked against the endpoint's schema. It does not encode at run time, which for a
 * page of conversations costs more than to compute them; the tests decode these answers with the same schema.
 */
import * as HttpServerResponse from "effect/http/HttpServerResponse"

export const answerAs =
  <Encoded>(_schema: { readonly Encoded: Encoded }) =>
  (value: Encoded) =>
    HttpServerResponse.jsonUnsafe(value)
