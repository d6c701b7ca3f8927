/** Tables in PostgreSQL. */
import * as Flag from "effect/cli/Flag"
import type { UrlOptions } from "@effect-genesys/export/PostgresSink"
import { isTimeZone, TimeZone } from "@effect-genesys/export/TimeZone"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { settingNames } from "@effect-genesys/core/Settings"
import { note, pattern, Variable } from "../../SettingText.ts"
import { fromEnvironment, ofEnvironment } from "../../Settings.ts"
import type { Entry } from "./entry.ts"

const Name = pattern(/^[a-z_][a-z0-9_]{0,62}$/, "small letters, digits and _")

export const settings = Schema.TaggedStruct("postgres", {
  place: Variable.annotate(note("The environment variable that holds the URL of the database.")),
  schema: Schema.optionalKey(Name.annotate(note("Of the tables. Default genesys."))),
  ca: Schema.optionalKey(
    Schema.NonEmptyString.annotate(
      note(
        "A PEM file with the certificate of the authority that signs the database's. Default: what sslrootcert in the URL or PGSSLROOTCERT names, or the public authorities."
      )
    )
  ),
  viewsTimeZone: Schema.optionalKey(
    TimeZone.annotate(
      note(
        "Whose days the views with days have, such as Europe/Berlin, with daylight saving. Default: that of before, and UTC at first."
      )
    )
  )
})
type Settings = typeof settings.Type

export const flags = {
  postgres: Flag.String("postgres").pipe(
    Flag.withDescription(
      "Instead of --out: the environment variable that holds the URL of a PostgreSQL database, such as DATABASE_URL"
    ),
    Flag.withMetavar("variable"),
    Flag.optional
  ),
  schema: Flag.String("schema").pipe(
    Flag.withDescription("Of the tables in the database; left out, genesys"),
    Flag.optional
  ),
  ca: Flag.String("ca").pipe(
    Flag.withDescription(
      "A PEM file with the certificate of the authority that signs the database's; left out, what sslrootcert in its URL or PGSSLROOTCERT names, or the public ones"
    ),
    Flag.withMetavar("file"),
    Flag.withSchema(Schema.NonEmptyString),
    Flag.optional
  ),
  viewsTimeZone: Flag.String("views-time-zone").pipe(
    Flag.withDescription(
      "Whose days the views with days have, such as Europe/Berlin; left out, that of before, and UTC at first"
    ),
    Flag.withMetavar("zone"),
    Flag.optional
  )
}

/** What a client of the database is made with. A `.env` in a checkout must not say where people's data goes. */
export const databaseOf = Effect.fnUntraced(function* ({ ca, place: setting }: Settings) {
  const url = Redacted.make(yield* fromEnvironment(setting, "the URL of a PostgreSQL database"))
  return { url, setting, ca, defaultCa: Option.getOrUndefined(yield* ofEnvironment(settingNames.postgresCa)) }
})

/** Over a client that is loaded with the module, when it is used. */
const over =
  <A, E>(load: () => Promise<{ readonly layerUrl: (options: UrlOptions) => Layer.Layer<A, E> }>) =>
  (given: Settings) =>
    Layer.unwrap(
      Effect.gen(function* () {
        const database = yield* databaseOf(given)
        const { layerUrl } = yield* Effect.promise(load)
        return layerUrl({ ...database, schema: given.schema, timeZone: given.viewsTimeZone })
      })
    )

const isVariable = Schema.is(Variable)
const isName = Schema.is(Name)

export const entry: Entry<Settings> = {
  identity: ({ place, schema = "genesys" }) => `$${place} ${schema}`,
  words: ({ place }) => `PostgreSQL at $${place}`,
  layer: over(() => import("@effect-genesys/export/PostgresSink")),
  staging: over(() => import("@effect-genesys/export/PostgresStaging")),
  check: Effect.fnUntraced(function* (given) {
    const database = yield* databaseOf(given)
    const PostgresUrl = yield* Effect.promise(() => import("@effect-genesys/export/PostgresUrl"))
    yield* PostgresUrl.parse(database)
  }),
  commandLine: {
    flag: "postgres",
    usage: "--postgres VARIABLE",
    keeps: "Tables keep what they have; to begin anew, use --schema.",
    elsewhere: {
      schema: "--schema is for tables of --postgres. Leave it out.",
      ca: "--ca is for the database of --postgres. Leave it out.",
      viewsTimeZone:
        "--views-time-zone is for the views of --postgres; whoever asks files says it to genesys query. Leave it out."
    },
    wrong: ({ postgres, schema, viewsTimeZone }) =>
      !isVariable(postgres)
        ? "--postgres takes the name of an environment variable that holds the URL, such as DATABASE_URL, never the URL itself."
        : schema !== undefined && !isName(schema)
          ? "--schema takes at most 63 small letters, digits and _, such as genesys."
          : viewsTimeZone !== undefined && !isTimeZone(viewsTimeZone)
            ? "--views-time-zone takes the name of a time zone, such as UTC, Europe/Berlin or Asia/Kolkata."
            : undefined
  }
}
