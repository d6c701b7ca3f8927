/**
 * Values of the SDK's types. A thing that has an id is computed from its model and that id, so a list and whoever asks for one of its
 * rows see the same. A model within itself, such as the manager of a user, is only named.
 */
import type { Draws } from "./draws.ts"
import type { Facts } from "./facts.ts"
import * as Moments from "./moments.ts"
import type { Field, Models, Type } from "./sdkTypes.ts"
import * as Texts from "./texts.ts"

export interface World {
  readonly models: Models
  readonly facts: Facts
  readonly draws: Draws
  /** Where a thing can be asked for, if the SDK has an operation for that. */
  readonly uriOf: (model: string, id: string) => string | undefined
}

/** Where a value is. */
export interface Place {
  readonly now: number
  /** Nobody else has the same. */
  readonly key: string
  /** How many models it is in. */
  readonly depth: number
  readonly within: ReadonlySet<string>
  /** Of the path, by their names. */
  readonly ids: Readonly<Record<string, string>>
  readonly selfUri?: string | undefined
}

export interface Maker {
  readonly object: (model: string, place: Place, fixed?: Readonly<Record<string, unknown>>) => object
  /** @param field what it is the value of */
  readonly value: (type: Type, field: string, place: Place) => unknown
}

/** Of things, up to here, all fields are told; further in, only plain ones; and beyond those, only what a model must have. */
const [all, plain] = [0, 1]

const naming = new Set(["id", "name", "selfUri"])
/** A page has them where there is such a page. */
const isLink = (name: string) =>
  /^(?:next|previous|first|last)(?:Uri|Page)$|^(?:next|previous)?[cC]ursors?$|^after$|^before$/.test(name)

const isDeep = (type: Type): boolean =>
  type.kind === "model" || ((type.kind === "array" || type.kind === "map") && isDeep(type.of))

/** What has an id of its own. */
export const isThing = (fields: ReadonlyArray<Field>): boolean =>
  fields.some(({ name, type }) => name === "id" && type.kind === "string")

export const make = ({ draws, facts, models, uriOf }: World): Maker => {
  const isTold = (field: Field, model: string, { depth, within }: Place) => {
    if (field.required) return true
    if (isLink(field.name)) return false
    if (within.has(model) || depth > plain) return naming.has(field.name)
    return depth <= all || !isDeep(field.type)
  }

  const string = (model: string, name: string, thing: string, key: string, now: number): string => {
    const fact = facts.of(model, name)
    const asked = { draws, key, thing, model }
    if (fact === "instant") return Moments.instant(name, draws, thing, now)
    if (fact === "day") return Moments.date(name, draws, thing, now)
    if (fact !== undefined) return Texts.value(fact.values, asked)
    return name === "interval" ? Moments.interval(draws, thing, now) : Texts.text(name, asked)
  }

  /** @param model of which it is a field */
  const valueOf = (type: Type, model: string, name: string, thing: string, place: Place): unknown => {
    const key = place.key
    switch (type.kind) {
      case "string":
        return string(model, name, thing, key, place.now)
      case "number":
        return Texts.number(name, { draws, key, thing, model })
      case "boolean":
        return Texts.flag(name, { draws, key, thing, model })
      case "array": {
        const isInItself = type.of.kind === "model" && place.within.has(type.of.name)
        const count = isInItself ? 0 : isDeep(type.of) && place.depth > 1 ? 1 : 1 + (draws.bits(`${key} count`) % 2)
        return Array.from({ length: count }, (_, index) =>
          valueOf(type.of, model, name, thing, { ...place, key: `${key} ${index}` })
        )
      }
      case "map": {
        const isInItself = type.of.kind === "model" && place.within.has(type.of.name)
        return isInItself ? {} : { example: valueOf(type.of, model, name, thing, { ...place, key: `${key} example` }) }
      }
      case "model":
        return object(type.name, place)
      case "any":
        return {}
      case "void":
        return undefined
    }
  }

  const object: Maker["object"] = (model, place, fixed = {}) => {
    const fields = models.get(model) ?? []
    const hasId = isThing(fields)
    const given = fixed["id"]
    const id = typeof given === "string" ? given : draws.uuid(`${model} ${place.key}`)
    const thing = hasId ? `${model} ${id}` : `${model} ${place.key}`
    const { depth, ids, now, selfUri = hasId ? uriOf(model, id) : undefined } = place
    const within = new Set([...place.within, model])
    const isOuter = depth === 0

    const fieldOf = ({ name, required, type }: Field): unknown => {
      if (Object.hasOwn(fixed, name)) return fixed[name]
      const key = `${thing} ${name}`
      if (type.kind === "string") {
        if (name === "id") return id
        if (name === "selfUri") return selfUri ?? (required ? `/api/v2/${id}` : undefined)
        if (isOuter && Object.hasOwn(ids, name)) return ids[name]
      }
      const inner = { now, key, depth: depth + 1, within, ids: {} }
      const asked = isOuter && type.kind === "model" && Object.hasOwn(ids, `${name}Id`) ? ids[`${name}Id`] : undefined
      return type.kind === "model" && asked !== undefined
        ? object(type.name, inner, { id: asked })
        : valueOf(type, model, name, thing, inner)
    }
    return Object.fromEntries(
      fields
        .filter((field) => Object.hasOwn(fixed, field.name) || isTold(field, model, place))
        .map((field) => [field.name, fieldOf(field)])
        .filter(([, value]) => value !== undefined)
    )
  }

  return { object, value: (type, field, place) => valueOf(type, field, field, place.key, place) }
}
