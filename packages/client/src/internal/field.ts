/** A field of an answer that may be absent or null: both are read as absent, because Genesys means the same by them. */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"

export const field = <S extends Schema.Constraint>(schema: S) =>
  Schema.optionalKey(Schema.NullOr(schema)).pipe(
    Schema.decodeTo(Schema.optionalKey(Schema.toType(schema)), {
      decode: SchemaGetter.transformOptional(
        Option.filter((value): value is NonNullable<typeof value> => value !== null)
      ),
      encode: SchemaGetter.passthrough({ strict: false })
    })
  )

export const text = field(Schema.String)
export const texts = field(Schema.Array(Schema.String))
export const number = field(Schema.Finite)
export const flag = field(Schema.Boolean)
export const date = field(Schema.DateTimeUtcFromString)
/** Kept as it came. */
export const json = field(Schema.Unknown)

/** The rows of a page; absent and null are none. */
export const rows = <S extends Schema.Constraint>(row: S) =>
  Schema.optionalKey(Schema.NullOr(Schema.Array(row))).pipe(
    Schema.decodeTo(Schema.Array(Schema.toType(row)), {
      decode: SchemaGetter.transformOptional((found) => Option.some(Option.getOrNull(found) ?? [])),
      encode: SchemaGetter.passthrough({ strict: false })
    })
  )

/** A page of a listing, with `pageNumber` and `pageCount` counted from 1. */
export const listing = <S extends Schema.Constraint>(entity: S) =>
  Schema.Struct({ entities: rows(entity), pageNumber: number, pageSize: number, pageCount: number, total: number })
