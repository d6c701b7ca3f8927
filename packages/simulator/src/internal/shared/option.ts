/**
 * One option of the simulator, said once: its type with its bounds, its default, and a sentence. The types, the checks, the
 * flags of `genesys simulator` and the table of the README come from it.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

export const option = <S extends Schema.Top & Schema.WithoutConstructorDefault>(
  schema: S,
  value: S["~type.make.in"],
  description: string
): Schema.withConstructorDefault<S> =>
  Schema.withConstructorDefault<S>(Effect.succeed(value))(schema).annotateKey({ description })

/** One without a default of its own. */
export const optional = <S extends Schema.Top>(schema: S, description: string): Schema.optionalKey<S> =>
  Schema.optionalKey(schema).annotateKey({ description })

export const Positive = Schema.Int.check(Schema.isGreaterThan(0))
export const Seconds = Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))
export const Share = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))
export const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))
export const orOff = <S extends Schema.Top>(schema: S) => Schema.Union([schema, Schema.Literal("off")])

/**
 * Seconds that a token lives (`expires_in`). Genesys allows 300 to 172,800, and clients of SCIM integrations 38,880,000 (450 days,
 * by the Terraform provider's check of `access_token_validity_seconds`).
 */
export const TokenLifetime = between(1, 38_880_000)
