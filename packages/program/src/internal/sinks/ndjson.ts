/** Files in a directory: lines of JSON, or Parquet. */
import { Access } from "@effect-genesys/export/Access"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { resolve } from "node:path"
import { note } from "../../SettingText.ts"
import type { Entry } from "./entry.ts"

const compressions = ["none", "gzip", "zstd"] as const
const formats = ["ndjson", "parquet"] as const

export const settings = Schema.TaggedStruct("ndjson", {
  place: Schema.NonEmptyString.annotate(note("A directory. A relative path starts at the working directory.")),
  format: Schema.optionalKey(
    Schema.Literals(formats).annotate(
      note(
        "Of the files: a line of JSON for each row (ndjson), or a folder of Parquet files for each table (parquet). The same for all of a directory. Default ndjson."
      )
    )
  ),
  compression: Schema.optionalKey(
    Schema.Literals(compressions).annotate(note("Of the files. Default none, and zstd for Parquet."))
  ),
  access: Schema.optionalKey(
    Access.annotate(note("Who may read the files: this user alone (owner), the group too, or everyone. Default owner."))
  )
})

export const flags = {
  format: Flag.Literals("format", formats).pipe(
    Flag.withDescription(
      "Of the files in a directory: a line of JSON for each row (ndjson, the default), or a folder of Parquet files for each table (parquet); the same for all of a directory"
    ),
    Flag.optional
  ),
  compression: Flag.Literals("compression", compressions).pipe(
    Flag.withDescription("Of the files in a directory"),
    Flag.optional
  ),
  access: Flag.Literals("access", Access.literals).pipe(
    Flag.withDescription(
      "Who may read the files: owner (you alone; that is the default), group (the group of the folder or yours), everyone; the same for all files of a directory. Nobody else may write them"
    ),
    Flag.optional
  )
}

export const entry: Entry<typeof settings.Type> = {
  identity: ({ place }) => resolve(place),
  words: ({ place }) => place,
  layer: ({ access, compression, format, place }) =>
    Layer.unwrap(
      Effect.map(
        Effect.promise(() =>
          format === "parquet"
            ? import("@effect-genesys/export/ParquetSink")
            : import("@effect-genesys/export/NdjsonSink")
        ),
        ({ layer }) => layer({ directory: place, compression, access })
      )
    ),
  check: () => Effect.void,
  commandLine: {
    flag: "out",
    usage: "--out DIR/",
    keeps: "A directory keeps what it has: to begin anew, name another one.",
    elsewhere: {
      format: "--format is for the files of a directory: write --out with a / at the end, or leave it out.",
      compression: "--compression is for the files of a directory: write --out with a / at the end, or leave it out.",
      access: "--access is for files. Who may read anything else is said there, of tables by GRANT. Leave it out."
    },
    wrong: () => undefined
  }
}
