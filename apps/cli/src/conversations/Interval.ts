/** A span of time as people write it in a flag: `2025-11-03/2025-11-10`, with or without times of day, or one day, all in UTC. */
import * as Moment from "@effect-genesys/core/Moment"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaTransformation from "effect/SchemaTransformation"

const momentOf = (text: string): Option.Option<DateTime.Utc> =>
  Option.map(
    Option.fromUndefinedOr(Moment.millisOf(Moment.isDay(text) ? `${text}T00:00:00Z` : text)),
    DateTime.makeUnsafe
  )

/** The interval in Genesys' form, both ends with milliseconds. */
const parse = (text: string): string | undefined => {
  const [first = "", second, ...more] = text.split("/")
  const from = Option.getOrUndefined(momentOf(first))
  const to =
    second === undefined
      ? Moment.isDay(first) && from !== undefined
        ? DateTime.add(from, { days: 1 })
        : undefined
      : Option.getOrUndefined(momentOf(second))
  if (from === undefined || to === undefined || more.length > 0 || !DateTime.isLessThan(from, to)) return undefined
  return `${DateTime.formatIso(from)}/${DateTime.formatIso(to)}`
}

export const Interval: Schema.Codec<string, string> = Schema.String.pipe(
  Schema.decodeTo(
    Schema.String,
    SchemaTransformation.transformEffect({
      decode: (text: string, options) => {
        const interval = parse(text)
        return interval === undefined
          ? Effect.fail(
              new SchemaIssue.InvalidValue(
                {
                  expected:
                    "a day such as 2025-11-03, or two moments in UTC such as 2025-11-03T08:00Z/2025-11-04, that exist"
                },
                text,
                options
              )
            )
          : Effect.succeed(interval)
      },
      encode: (interval: string) => Effect.succeed(interval)
    })
  )
)
