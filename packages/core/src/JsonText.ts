/**
 * JSON that somebody else has written. It is decoded only if it is not nested too deep: whatever walks through a value by
 * recursion, be it a schema, a printer or `JSON.stringify`, would exhaust the stack with one that is.
 */
import * as Schema from "effect/Schema"

/** Nothing of Genesys Cloud is nested a tenth as deep. */
export const mostDepth = 500

/** What a text is that is refused, for a message. */
export const tooDeep = `JSON that is nested more than ${mostDepth} deep`

const quote = 0x22
const backslash = 0x5c

/** Where a string ends that begins at a place. */
const endOf = (text: string, begin: number): number => {
  for (let at = begin + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) return at
    if (code === backslash) at++
  }
  return text.length
}

/** Looked at from beginning to end, and not parsed: it need not be JSON. */
export const isTooDeep = (text: string): boolean => {
  if (text.length <= mostDepth) return false
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case quote:
        at = endOf(text, at)
        break
      case 0x5b: // [
      case 0x7b: // {
        if (++depth > mostDepth) return true
        break
      case 0x5d: // ]
      case 0x7d: // }
        depth--
    }
  }
  return false
}

const Shallow = Schema.String.check(Schema.makeFilter((text: string) => !isTooDeep(text) || tooDeep))

/** As `Schema.fromJsonString`, for texts that are not nested too deep. */
export const fromString = <S extends Schema.Constraint>(schema: S) =>
  Shallow.pipe(Schema.decodeTo(Schema.fromJsonString(schema)))
