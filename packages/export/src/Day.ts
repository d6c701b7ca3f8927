/** UTC days as text, such as `2026-11-01`: what conversations are partitioned by. They know nothing of any clock. */
import * as Moment from "@effect-genesys/core/Moment"
import * as Schema from "effect/Schema"

const length = 86_400_000

/** A schema of a day that exists. */
export const Day = Schema.String.check(
  Schema.makeFilter((text: string) => Moment.isDay(text) || "Expected a day such as 2026-11-01, that exists", {
    toJsonSchema: () => [{ pattern: "^\\d{4}-\\d{2}-\\d{2}$" }, true]
  })
)

/** The day of a moment in milliseconds since 1970. */
export const of = (millis: number): string => new Date(millis).toISOString().slice(0, 10)

/** Its first moment, in milliseconds since 1970. */
export const start = (day: string): number => Date.parse(`${day}T00:00:00.000Z`)

/** Its end: the first moment of the next day. */
export const end = (day: string): number => start(day) + length

/** The day before. */
export const before = (day: string): string => of(start(day) - length)

/** Every day from one (inclusive) to another (exclusive). */
export const range = (from: string, to: string): ReadonlyArray<string> => {
  const days: Array<string> = []
  for (let at = start(from); at < start(to); at += length) days.push(of(at))
  return days
}
