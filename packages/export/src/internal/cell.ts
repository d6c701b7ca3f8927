/** Reads the cells of a flat row out of JSON: whatever is absent, null or of another type is null. */
import { AnyNumber } from "@effect-genesys/client/ExactNumber"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { isMoment } from "../Moment.ts"

export type Fields = Readonly<Record<string, unknown>>

const reader = <A>(schema: Schema.Codec<A>) => {
  const decode = Schema.decodeUnknownOption(schema)
  return (fields: Fields, name: string): A | null => Option.getOrNull(decode(fields[name]))
}

export const text = reader(Schema.String)
export const number = reader(AnyNumber)
export const flag = reader(Schema.Boolean)
export const texts = reader(Schema.Array(Schema.String))
const objects = reader(Schema.Array(Schema.Unknown))
const object = Schema.decodeUnknownOption(Schema.Record(Schema.String, Schema.Unknown))

/** ISO 8601 in UTC, of a year that PostgreSQL can read. */
export const moment = (fields: Fields, name: string): string | null => {
  const millis = Date.parse(text(fields, name) ?? "")
  return isMoment(millis) ? new Date(millis).toISOString() : null
}

/** The UTC day of a moment; of none, or one that is odd, the first. */
export const day = (fields: Fields, name: string): string => (moment(fields, name) ?? "1970-01-01").slice(0, 10)

/** The objects of an array, each with its place in it. */
export const items = (fields: Fields, name: string): ReadonlyArray<readonly [fields: Fields, place: number]> =>
  (objects(fields, name) ?? []).map((item, place) => [Option.getOrElse(object(item), (): Fields => ({})), place])

const shown = (value: unknown) => (typeof value === "string" || value === null ? value : JSON.stringify(value))

/** The fields of an object, each as an object of its name and value, in the order of their names: PostgreSQL keeps no other. */
export const entries = (fields: Fields, name: string): ReadonlyArray<readonly [fields: Fields, place: number]> =>
  Object.entries(within(fields, name))
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([field, value], place) => [{ name: field, value: shown(value) }, place])

/** The fields of an object within. */
export const within = (fields: Fields, name: string): Fields =>
  Option.getOrElse(object(fields[name]), (): Fields => ({}))
