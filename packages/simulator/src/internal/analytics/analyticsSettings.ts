/**
 * The checks and defaults of the analytics options, as fields of the settings.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const positive = (value: number) =>
  Schema.Int.check(Schema.isGreaterThan(0)).pipe(Schema.withConstructorDefault(Effect.succeed(value)))
const seconds = (value: number) =>
  Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)).pipe(Schema.withConstructorDefault(Effect.succeed(value)))
const share = (value: number) =>
  Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })).pipe(
    Schema.withConstructorDefault(Effect.succeed(value))
  )

export const analyticsFields = {
  conversationsPerHour: positive(60),
  longestConversation: Schema.Int.check(Schema.isBetween({ minimum: 2 * 3600, maximum: 1_100 * 3600 })).pipe(
    Schema.withConstructorDefault(Effect.succeed(81 * 3600))
  ),
  lateWrapUps: share(0.25),
  nightlyRewrites: share(0.3),
  dataLag: seconds(7200),
  dataLagStep: positive(300),
  jobQueueTime: seconds(2),
  jobRunTime: seconds(10),
  jobLifetime: positive(86_400),
  jobFailures: share(0),
  jobAppearsAfter: seconds(0),
  queryLimit: positive(100_000),
  jobResultsLimit: positive(400_000),
  cursorLifetime: positive(86_400),
  cursorExpiredStatus: Schema.Literals([400, 404, 410]).pipe(
    Schema.withConstructorDefault(Effect.succeed(400 as const))
  )
}
