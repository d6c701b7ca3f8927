/**
 * Answers with JSON that the compiler has checked against the endpoint's schema. It does not encode at run time, which for a
 * page of conversations costs more than to compute them; the tests decode these answers with the same schema.
 */
import * as HttpServerResponse from "effect/http/HttpServerResponse"

const contentType = "application/json"

/** As text: the bytes of a page would wait for the garbage collector, which is not in a hurry with them. */
const answerText = (text: string) =>
  HttpServerResponse.raw(text, { contentType, contentLength: Buffer.byteLength(text) })

export const answerAs =
  <Encoded>(_schema: { readonly Encoded: Encoded }) =>
  (value: Encoded) =>
    answerText(JSON.stringify(value))

const encoder = new TextEncoder()

/** So many answers are kept, unless they are longer than so many characters. */
const [kept, longest] = [256, 16_384]

/** The same for what is asked for again and again, and is always the same for a key: the last short answers are kept. */
export const answerKept = <Key, Encoded>(_schema: { readonly Encoded: Encoded }) => {
  const answers = new Map<Key, Uint8Array>()
  return {
    find: (key: Key) => {
      const bytes = answers.get(key)
      return bytes === undefined ? undefined : HttpServerResponse.uint8Array(bytes, { contentType })
    },
    answer: (key: Key, value: Encoded) => {
      const text = JSON.stringify(value)
      if (text.length > longest) return answerText(text)
      const bytes = encoder.encode(text)
      answers.set(key, bytes)
      for (const oldest of answers.keys()) if (answers.size > kept) answers.delete(oldest)
      return HttpServerResponse.uint8Array(bytes, { contentType })
    }
  }
}
