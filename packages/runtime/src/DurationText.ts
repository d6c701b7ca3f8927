/** A duration as people write it in a flag: `90`, `90s`, `10m`, `2h` or `1d`. A bare number means seconds. */
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

export const DurationFromText: Schema.Codec<Duration.Duration, string> = Schema.String.pipe(
  Schema.decodeTo(
    Schema.Duration,
    SchemaTransformation.transformEffect({
      decode: (text: string, options) => {
        const [, number, unit] = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(text.trim()) ?? []
        const seconds = secondsOf.get(unit ?? "none")
        return number === undefined || seconds === undefined
          ? Effect.fail(
              new SchemaIssue.InvalidValue({ expected: "a duration such as 90s, 10m, 2h or 1d" }, text, options)
            )
          : Effect.succeed(Duration.seconds(Number(number) * seconds))
      },
      encode: (duration: Duration.Duration) => Effect.succeed(`${Duration.toSeconds(duration)}s`)
    })
  )
)

/** Of text that was checked before, such as a field of a settings file. */
export const spanOf: (text: string) => Duration.Duration = Schema.decodeSync(DurationFromText)
