/** The name of a time zone, such as `Europe/Berlin`, that JavaScript, PostgreSQL and DuckDB take for the same. */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/** What PostgreSQL reads as an offset with the opposite sign, such as +05:30, is no name. */
const isName = (zone: string) => /^[A-Za-z][\w+\-/]*$/.test(zone)

/** A name of the IANA's time zones. */
export const TimeZone = Schema.String.check(
  Schema.makeFilter((zone: string) => isName(zone) && Option.isSome(DateTime.zoneMakeNamed(zone)), {
    expected: "a time zone, such as UTC or Europe/Berlin",
    toJsonSchema: (): [Record<string, never>, true] => [{}, true]
  })
)

/** Whether it is one. */
export const isTimeZone = Schema.is(TimeZone)

/** What is said of a text that is none. */
export const refusal = (zone: string): string =>
  `${JSON.stringify(zone.slice(0, 64))} is no time zone. Write its name, such as UTC, Europe/Berlin or Asia/Kolkata.`
