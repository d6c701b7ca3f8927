/** A `fetch` that a program brings, of which nobody knows what it gives back: it is looked at before it is used. */
import { NoResponse } from "@effect-genesys/core/NoResponse"

const has = (value: object, name: string, type: string) => typeof Reflect.get(value, name) === type

/** Why it is no answer, if it is none. */
const problem = (answer: unknown): string | undefined => {
  if (typeof answer !== "object" || answer === null) return `gave ${answer === null ? "null" : typeof answer}`
  const { body, bodyUsed, headers, status }: { readonly [Name in keyof Response]?: unknown } = answer
  if (!Number.isInteger(status)) return "gave an answer without a status"
  if (typeof headers !== "object" || headers === null || !(Symbol.iterator in headers)) {
    return "gave an answer without Headers"
  }
  if (!has(answer, "arrayBuffer", "function")) return "gave an answer without arrayBuffer"
  if (bodyUsed === true) return "gave an answer whose body was read already"
  if (body === null || body === undefined) return undefined
  if (typeof body !== "object" || !has(body, "getReader", "function")) {
    return "gave an answer whose body is no ReadableStream"
  }
  return Reflect.get(body, "locked") === true ? "gave an answer whose body is locked" : undefined
}

export const make =
  (fetch: typeof globalThis.fetch): typeof globalThis.fetch =>
  async (input, init) => {
    const answer = await fetch(input, init)
    const what = problem(answer)
    if (what !== undefined) throw new NoResponse({ what })
    return answer
  }
