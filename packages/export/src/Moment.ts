/** A moment in milliseconds since 1970, written as ISO 8601: of the years that four digits and PostgreSQL can write. */
import * as Existing from "@effect-genesys/core/Moment"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaTransformation from "effect/SchemaTransformation"

const bounds = { minimum: Date.parse("0001-01-01T00:00:00.000Z"), maximum: Date.parse("9999-12-31T23:59:59.999Z") }

/** Checked on both ways: what is written can be read again. */
const Millis = Schema.Finite.check(Schema.isBetween(bounds))

/** Whether it can be written. */
export const isMoment = Schema.is(Millis)

/** A schema of such a text and its milliseconds. */
export const Moment: Schema.Codec<number, string> = Schema.String.pipe(
  Schema.decodeTo(
    Millis,
    SchemaTransformation.transformEffect({
      decode: (text: string, options) => {
        const millis = Existing.millisOf(text)
        return millis === undefined
          ? Effect.fail(new SchemaIssue.InvalidValue({ expected: "a moment in ISO 8601" }, text, options))
          : Effect.succeed(millis)
      },
      encode: (millis: number) => Effect.succeed(new Date(millis).toISOString())
    })
  )
)
