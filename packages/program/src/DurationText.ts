/** A duration as people write it in a flag: `90`, `90s`, `10m`, `2h` or `1d`, at most ten years. A bare number means seconds. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaTransformation from "effect/SchemaTransformation"

const secondsOf = new Map([
  ["", 1],
  ["s", 1],
  ["m", 60],
  ["h", 3_600],
  ["d", 86_400]
])

/** Ten years. What is longer is a mistake, and becomes moments that no date can hold. */
const longest = 3_650 * 86_400

const expected = "a duration such as 90s, 10m, 2h or 1d"

const secondsIn = (text: string): number | undefined => {
  const [, number, unit] = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(text.trim()) ?? []
  const seconds = secondsOf.get(unit ?? "none")
  return number === undefined || seconds === undefined ? undefined : Number(number) * seconds
}

/** Whether it can be decoded. */
export const isDuration = (text: string): boolean => (secondsIn(text) ?? Number.POSITIVE_INFINITY) <= longest

/** A schema of such a text and the duration that it says. */
export const DurationFromText: Schema.Codec<Duration.Duration, string> = Schema.String.pipe(
  Schema.decodeTo(
    Schema.Duration,
    SchemaTransformation.transformEffect({
      decode: (text: string, options) => {
        const seconds = secondsIn(text)
        const wanted = seconds === undefined ? expected : `${expected}, of at most 3650d`
        return seconds === undefined || seconds > longest
          ? Effect.fail(new SchemaIssue.InvalidValue({ expected: wanted }, text, options))
          : Effect.succeed(Duration.seconds(seconds))
      },
      encode: (duration: Duration.Duration) => Effect.succeed(`${Duration.toSeconds(duration)}s`)
    })
  )
)

/** Of text that was checked before, such as a field of a settings file. */
export const spanOf: (text: string) => Duration.Duration = Schema.decodeSync(DurationFromText)

/** For a flag. */
export const PositiveDuration = DurationFromText.check(
  Schema.makeFilter((duration: Duration.Duration) => Duration.toMillis(duration) > 0 || "a duration above zero")
)
