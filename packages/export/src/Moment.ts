/** A moment in milliseconds since 1970, written as ISO 8601. */
import * as Existing from "@effect-genesys/core/Moment"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaTransformation from "effect/SchemaTransformation"

export const Moment: Schema.Codec<number, string> = Schema.String.pipe(
  Schema.decodeTo(
    Schema.Finite,
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
