/**
 * The pages of a listing that is asked for with `pageSize` and `pageNumber`: what comes in, and what goes out beside the
 * entities.
 */
import * as Schema from "effect/Schema"

const Int = Schema.FiniteFromString.check(Schema.isInt())

/** Of the query string. */
export const pageQuery = {
  /** Default 25. */
  pageSize: Schema.optionalKey(Int.check(Schema.isBetween({ minimum: 1, maximum: 500 }))),
  /** From 1, which is the default. */
  pageNumber: Schema.optionalKey(Int.check(Schema.isGreaterThan(0)))
}

/** A parameter that is repeated, or holds several values with commas between them. */
export const Several = Schema.optionalKey(Schema.Union([Schema.String, Schema.Array(Schema.String)]))

/** The answer. `nextUri` and `previousUri` are absent where there is no such page. */
export const listing = <Entity extends Schema.Top>(entity: Entity) =>
  Schema.Struct({
    entities: Schema.Array(entity),
    pageSize: Schema.Int,
    pageNumber: Schema.Int,
    total: Schema.Int,
    pageCount: Schema.Int,
    firstUri: Schema.String,
    selfUri: Schema.String,
    nextUri: Schema.optionalKey(Schema.String),
    previousUri: Schema.optionalKey(Schema.String),
    lastUri: Schema.String
  })
