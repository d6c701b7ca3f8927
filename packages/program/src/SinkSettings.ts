/** Where the rows of an export go, as settings say it: plain data, without a secret. */
import { Access } from "@effect-genesys/export/Access"
import * as Schema from "effect/Schema"
import { note, pattern, Variable } from "./SettingText.ts"

/** Where the rows of an export go. */
export const Sink = Schema.Struct({
  ndjson: Schema.optionalKey(
    Schema.NonEmptyString.annotate(note("A directory. A relative path starts at the working directory."))
  ),
  compression: Schema.optionalKey(Schema.Literals(["none", "gzip", "zstd"]).annotate(note("Of the ndjson files."))),
  access: Schema.optionalKey(
    Access.annotate(
      note("Who may read the ndjson files: this user alone (owner), the group too, or everyone. Default owner.")
    )
  ),
  postgres: Schema.optionalKey(Variable.annotate(note("The environment variable that holds the URL of the database."))),
  schema: Schema.optionalKey(
    pattern(/^[a-z_][a-z0-9_]{0,62}$/, "small letters, digits and _").annotate(note("Of the tables. Default genesys."))
  ),
  ca: Schema.optionalKey(
    Schema.NonEmptyString.annotate(
      note(
        "A PEM file with the certificate of the authority that signs the database's. Default: what sslrootcert in the URL or PGSSLROOTCERT names, or the public authorities."
      )
    )
  )
}).check(
  Schema.makeFilter(
    (sink: Record<string, unknown>) =>
      sink["ndjson"] === undefined
        ? sink["postgres"] !== undefined && sink["compression"] === undefined && sink["access"] === undefined
        : sink["postgres"] === undefined && sink["schema"] === undefined && sink["ca"] === undefined,
    {
      expected: "either ndjson (with compression and access) or postgres (with schema and ca)",
      toJsonSchema: () => [
        {
          oneOf: [
            { required: ["ndjson"], properties: { schema: false, ca: false } },
            { required: ["postgres"], properties: { compression: false, access: false } }
          ]
        },
        true
      ]
    }
  )
)
export type Sink = typeof Sink.Type
