/**
 * Answers with JSON that the compiler has checked against the endpoint's schema. It does not encode at run time, which for a
 * page of conversations costs more than to compute them; the tests decode these answers with the same schema.
 */
import * as HttpServerResponse from "effect/http/HttpServerResponse"

export const answerAs =
  <Encoded>(_schema: { readonly Encoded: Encoded }) =>
  (value: Encoded) =>
    HttpServerResponse.jsonUnsafe(value)

const encoder = new TextEncoder()
const contentType = "application/json"

/** The same for what may be asked for again and again, and is always the same then: `answer` sends the bytes. */
export const bytesAs =
  <Encoded>(_schema: { readonly Encoded: Encoded }) =>
  (value: Encoded): Uint8Array =>
    encoder.encode(JSON.stringify(value))

export const answer = (bytes: Uint8Array) => HttpServerResponse.uint8Array(bytes, { contentType })
