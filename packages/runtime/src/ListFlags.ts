/** The flags of commands that list things. */
import * as Flag from "effect/cli/Flag"
import * as Schema from "effect/Schema"

export const listFlags = {
  csv: Flag.Boolean("csv").pipe(
    Flag.withDescription("Print CSV, as --output csv does"),
    Flag.withoutNegation,
    Flag.withDefault(false)
  ),
  limit: Flag.Int("limit").pipe(
    Flag.withDescription("Print so many rows at most"),
    Flag.withMetavar("number"),
    Flag.withSchema(Schema.Int.check(Schema.isGreaterThan(0))),
    Flag.optional
  )
}
