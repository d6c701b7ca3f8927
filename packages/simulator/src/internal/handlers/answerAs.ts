/**
 * Answers with JSON that the compiler has checked against the endpoint's schema. It does not encode at run time, which for a
 * page of conversations costs more than to compute them; the tests decode these answers with the same schema.
 */
import * as HttpServerResponse from "effect/http/HttpServerResponse"

const contentType = "application/json"

/** As text: the bytes of a page of conversations would wait for the garbage collector, which is not in a hurry with them. */
export const answerAs =
  <Encoded>(_schema: { readonly Encoded: Encoded }) =>
  (value: Encoded) => {
    const text = JSON.stringify(value)
    return HttpServerResponse.raw(text, { contentType, contentLength: Buffer.byteLength(text) })
  }

const encoder = new TextEncoder()

/** The same for what may be asked for again and again, and is always the same then: `answer` sends the bytes. */
export const bytesAs =
  <Encoded>(_schema: { readonly Encoded: Encoded }) =>
  (value: Encoded): Uint8Array =>
    encoder.encode(JSON.stringify(value))

export const answer = (bytes: Uint8Array) => HttpServerResponse.uint8Array(bytes, { contentType })
