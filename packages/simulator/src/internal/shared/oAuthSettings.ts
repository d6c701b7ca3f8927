/**
 * `OAuthOptions` with every default filled in and every value checked.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const Positive = Schema.Int.check(Schema.isGreaterThan(0))
const positive = (value: number) => Positive.pipe(Schema.withConstructorDefault(Effect.succeed(value)))
const limit = (value: number | "off") =>
  Schema.Union([Positive, Schema.Literal("off")]).pipe(Schema.withConstructorDefault(Effect.succeed(value)))

const refusal = (error: string, description: string) =>
  Schema.Struct({
    status: Schema.Literals([400, 401, 403]).pipe(Schema.withConstructorDefault(Effect.succeed(400 as const))),
    error: Schema.NonEmptyString.pipe(Schema.withConstructorDefault(Effect.succeed(error))),
    description: Schema.String.pipe(Schema.withConstructorDefault(Effect.succeed(description)))
  }).pipe(Schema.withConstructorDefault(Effect.succeed({})))

export const OAuthSettings = Schema.Struct({
  disabledClient: refusal("invalid_client", "client is disabled"),
  inactiveClient: refusal("invalid_client", "client is inactive"),
  wrongGrant: refusal("unauthorized_client", "grant type is not allowed for this client"),
  badScope: refusal("invalid_scope", "scope is not allowed for this client"),
  clientTokenCap: limit("off"),
  userTokenCap: limit(10),
  idleTimeout: limit("off"),
  codeLifetime: positive(600),
  refreshTokenLifetime: positive(2_592_000)
}).pipe(Schema.withConstructorDefault(Effect.succeed({})))
