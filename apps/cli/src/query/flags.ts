/** The flags of `genesys query`: which copy it is, as the exports name it, and what a query may take. */
import { PositiveDuration } from "@effect-genesys/program/DurationText"
import { TimeZone } from "@effect-genesys/export/TimeZone"
import * as SinkSettings from "@effect-genesys/program/SinkSettings"
import * as Argument from "effect/cli/Argument"
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Schema from "effect/Schema"

const Memory = Schema.String.check(
  Schema.isPattern(/^[1-9]\d{0,5}(?:MB|GB)$/, { expected: "an amount of memory such as 512MB or 2GB" })
)

const { ca, postgres, schema } = SinkSettings.flags

export const queryFlags = {
  sql: Argument.String("sql").pipe(Argument.withDescription("One query, such as 'SELECT count(*) FROM conversations'")),
  from: Flag.String("from").pipe(
    Flag.withDescription("The directory that an export has written: lines of JSON or Parquet"),
    Flag.withMetavar("dir"),
    Flag.withSchema(Schema.NonEmptyString),
    Flag.optional
  ),
  postgres: postgres.pipe(
    Flag.withDescription(
      "Instead of --from: the environment variable that holds the URL of a PostgreSQL database, such as DATABASE_URL"
    )
  ),
  schema,
  ca,
  timeZone: Flag.String("time-zone").pipe(
    Flag.withDescription(
      "Whose days the views with days have, such as Europe/Berlin; left out, that of the database, and UTC over files"
    ),
    Flag.withMetavar("zone"),
    Flag.withSchema(TimeZone),
    Flag.optional
  ),
  timeLimit: Flag.String("time-limit").pipe(
    Flag.withDescription("How long the query may take, such as 5m; left out, for ever"),
    Flag.withMetavar("duration"),
    Flag.withSchema(PositiveDuration),
    Flag.optional
  ),
  memory: Flag.String("memory").pipe(
    Flag.withDescription("How much memory a query over files may take, such as 512MB or 4GB; left out, 1GB"),
    Flag.withMetavar("amount"),
    Flag.withSchema(Memory),
    Flag.optional
  )
}
export type Query = Command.Command.Config.Infer<typeof queryFlags>
