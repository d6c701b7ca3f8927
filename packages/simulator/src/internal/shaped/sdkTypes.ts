/**
 * The types of which the SDK's declarations are made: a handful, because a generator wrote them.
 */
import { unreadable } from "./sdkFiles.ts"

export type Type =
  | { readonly kind: "string" | "number" | "boolean" | "any" | "void" }
  | { readonly kind: "model"; readonly name: string }
  | { readonly kind: "array" | "map"; readonly of: Type }

export interface Field {
  readonly name: string
  readonly type: Type
  readonly required: boolean
}
export type Models = ReadonlyMap<string, ReadonlyArray<Field>>

const plain = new Map<string, Type>([
  ["string", { kind: "string" }],
  ["number", { kind: "number" }],
  ["boolean", { kind: "boolean" }],
  ["object", { kind: "any" }],
  ["any", { kind: "any" }],
  ["void", { kind: "void" }]
])

const inner = (text: string, start: string, end: string) =>
  text.startsWith(start) && text.endsWith(end) ? text.slice(start.length, -end.length) : undefined

/** Reads types, and keeps each: there are few, and many fields. */
export const reader = () => {
  const known = new Map(plain)
  const read = (text: string): Type => {
    const element = inner(text, "Array<", ">")
    if (element !== undefined) return { kind: "array", of: typeOf(element) }
    const value = inner(text, "{ [key: string]: ", "; }")
    if (value !== undefined) return { kind: "map", of: typeOf(value) }
    const name = /^Models\.(\w+)$/.exec(text)?.[1]
    if (name !== undefined) return { kind: "model", name }
    throw unreadable(`it has a type ${text.slice(0, 100)}`)
  }
  const typeOf = (text: string): Type => {
    const found = known.get(text) ?? read(text)
    known.set(text, found)
    return found
  }
  return typeOf
}
