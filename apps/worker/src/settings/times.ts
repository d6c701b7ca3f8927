/** How times are written in a settings file. */
import * as Cron from "effect/Cron"
import * as Duration from "effect/Duration"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { isDuration, spanOf } from "@effect-genesys/program/DurationText"
import { pattern } from "@effect-genesys/program/SettingText"
import * as CronTimes from "./CronTimes.ts"

/** A JSON Schema cannot say what is right, but it has the description. */
const anyText = { toJsonSchema: (): [Record<string, never>, true] => [{}, true] }

export const Span = pattern(
  /^(?=.*[1-9])\d+(\.\d+)?[smhd]?$/,
  "a duration above zero, such as 90s, 10m, 2h or 1d"
).check(Schema.makeFilter(isDuration, { expected: "a duration of at most 3650d", ...anyText }).abort())
export const Interval = Span.check(
  Schema.makeFilter((text: string) => Duration.toSeconds(spanOf(text)) >= 1, {
    expected: "a duration of at least 1s",
    ...anyText
  })
)
export const CronText = Schema.NonEmptyString.check(
  Schema.makeFilter((text: string) => Result.isSuccess(Cron.parse(text)), {
    expected: "a cron expression, such as 0 */2 * * *",
    ...anyText
  }).abort(),
  Schema.makeFilter((text: string) => CronTimes.comes(Cron.parseUnsafe(text, "UTC")), {
    expected: "a cron expression for a day that comes, unlike 30 February",
    ...anyText
  })
)
export const TimeZone = Schema.String.check(
  Schema.makeFilter((zone: string) => Result.isSuccess(Cron.parse("* * * * *", zone)), {
    expected: "a time zone, such as UTC or Europe/Berlin",
    ...anyText
  })
)
