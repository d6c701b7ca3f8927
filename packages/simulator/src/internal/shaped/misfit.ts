/**
 * What is wrong with what a request brings, by the SDK's types. Fields that a model does not have are left alone, and so are values that an
 * enumeration does not have: it grows from version to version.
 */
import type { Models, Type } from "./sdkTypes.ts"

export interface Misfit {
  /** `query[0].type` */
  readonly field: string
  readonly reason: string
}

/** As deep as no body is, and not so deep that it costs more than that. */
const deepest = 100

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const within = (path: string, name: string) => (path === "" ? name : `${path}.${name}`)

/** Undefined for a value that fits. An absent value is not looked at here. */
export const of = (models: Models, type: Type, value: unknown, path = "", depth = 0): Misfit | undefined => {
  const wrong = (what: string): Misfit => ({ field: path === "" ? "body" : path, reason: `Expected ${what}` })
  if (depth > deepest) return wrong("less depth")
  switch (type.kind) {
    case "string":
    case "number":
    case "boolean":
      return typeof value === type.kind ? undefined : wrong(type.kind === "string" ? "text" : `a ${type.kind}`)
    case "array": {
      if (!Array.isArray(value)) return wrong("an array")
      for (const [index, item] of value.entries()) {
        const found = of(models, type.of, item, `${path}[${index}]`, depth + 1)
        if (found !== undefined) return found
      }
      return undefined
    }
    case "map": {
      if (!isObject(value)) return wrong("an object")
      for (const [name, item] of Object.entries(value)) {
        const found = of(models, type.of, item, within(path, name), depth + 1)
        if (found !== undefined) return found
      }
      return undefined
    }
    case "model": {
      if (!isObject(value)) return wrong("an object")
      for (const field of models.get(type.name) ?? []) {
        const item = Object.hasOwn(value, field.name) ? value[field.name] : undefined
        if (item === undefined || item === null) {
          if (field.required) return { field: within(path, field.name), reason: "It is required" }
          continue
        }
        const found = of(models, field.type, item, within(path, field.name), depth + 1)
        if (found !== undefined) return found
      }
      return undefined
    }
    case "any":
    case "void":
      return undefined
  }
}

/** The same for a parameter, which is text, or several of them. */
export const ofText = (type: Type, text: string, name: string): Misfit | undefined => {
  const wrong = (what: string): Misfit => ({ field: name, reason: `Expected ${what}` })
  if (type.kind === "number") return text.trim() !== "" && Number.isFinite(Number(text)) ? undefined : wrong("a number")
  if (type.kind === "boolean") return /^(?:true|false)$/i.test(text) ? undefined : wrong("true or false")
  return undefined
}
