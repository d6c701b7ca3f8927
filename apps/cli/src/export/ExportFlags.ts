/**
 * The flags that say where an export of the command line goes: to one file, or to a sink of the worker, which is a directory or
 * a database.
 */
import * as Access from "@effect-genesys/export/Access"
import type { Sink } from "@effect-genesys/program/SinkSettings"
import { UsageError } from "@effect-genesys/program/UsageError"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

export const targetFlags = {
  out: Flag.String("out").pipe(
    Flag.withDescription(
      "The file to write, a line of JSON for each row; or a directory (one that exists, or with a / at the end), kept as genesys-worker keeps it"
    ),
    Flag.withMetavar("file|dir/"),
    Flag.withSchema(Schema.NonEmptyString),
    Flag.optional
  ),
  force: Flag.Boolean("force").pipe(
    Flag.withDescription("Overwrite the file if it exists, and begin anew"),
    Flag.withoutNegation,
    Flag.withDefault(false)
  ),
  compression: Flag.Literals("compression", ["none", "gzip", "zstd"]).pipe(
    Flag.withDescription("Of the files in a directory"),
    Flag.optional
  ),
  access: Flag.Literals("access", Access.Access.literals).pipe(
    Flag.withDescription(
      "Who may read the files: owner (you alone; that is the default), group (the group of the folder or yours), everyone; the same for all files of a directory. Nobody else may write them"
    ),
    Flag.optional
  ),
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
  )
}

export interface Given {
  readonly out: Option.Option<string>
  readonly force: boolean
  readonly compression: Option.Option<"none" | "gzip" | "zstd">
  readonly postgres: Option.Option<string>
  readonly schema: Option.Option<string>
  readonly access: Option.Option<Access.Access>
  readonly ca: Option.Option<string>
}

export type Target =
  | { readonly _tag: "File"; readonly file: string; readonly access: Access.Access }
  | { readonly _tag: "Sink"; readonly sink: Sink }

const isVariable = Schema.is(Schema.String.check(Schema.isPattern(/^[A-Za-z_][A-Za-z0-9_]*$/)))
const isSchema = Schema.is(Schema.String.check(Schema.isPattern(/^[a-z_][a-z0-9_]{0,62}$/)))

const isDirectory = Effect.fnUntraced(function* (out: string) {
  if (/[/\\]$/.test(out)) return true
  const fs = yield* FileSystem.FileSystem
  return (yield* Effect.orElseSucceed(fs.stat(out), () => undefined))?.type === "Directory"
})

const wrong = (message: string) => new UsageError({ message })

const intoFiles = Effect.fnUntraced(function* (
  out: string,
  { access, ca, compression, force, schema }: Given
): Effect.fn.Return<Target, UsageError, FileSystem.FileSystem> {
  if (Option.isSome(schema)) return yield* wrong("--schema is for tables of --postgres. Leave it out.")
  if (Option.isSome(ca)) return yield* wrong("--ca is for the database of --postgres. Leave it out.")
  if (!(yield* isDirectory(out))) {
    if (Option.isSome(compression))
      return yield* wrong(
        "--compression is for the files of a directory: write --out with a / at the end, or leave it out."
      )
    return { _tag: "File", file: out, access: Option.getOrElse(access, () => "owner" as const) }
  }
  if (force)
    return yield* wrong("--force is for one file. A directory keeps what it has: to begin anew, name another one.")
  return {
    _tag: "Sink",
    sink: {
      ndjson: out,
      ...(Option.isSome(compression) ? { compression: compression.value } : {}),
      ...(Option.isSome(access) ? { access: access.value } : {})
    }
  }
})

const intoTables = Effect.fnUntraced(function* (
  postgres: string,
  { access, ca, compression, force, schema }: Given
): Effect.fn.Return<Target, UsageError> {
  if (force) return yield* wrong("--force is for one file. Tables keep what they have; to begin anew, use --schema.")
  if (Option.isSome(compression)) return yield* wrong("--compression is for the files of a directory. Leave it out.")
  if (Option.isSome(access))
    return yield* wrong("--access is for files. Who may read tables, GRANT says in the database. Leave it out.")
  // Not shown: whoever mistakes it may have given the URL, with the password in it.
  if (!isVariable(postgres))
    return yield* wrong(
      "--postgres takes the name of an environment variable that holds the URL, such as DATABASE_URL, never the URL itself."
    )
  if (Option.isSome(schema) && !isSchema(schema.value))
    return yield* wrong("--schema takes at most 63 small letters, digits and _, such as genesys.")
  return {
    _tag: "Sink",
    sink: {
      postgres,
      ...(Option.isSome(schema) ? { schema: schema.value } : {}),
      ...(Option.isSome(ca) ? { ca: ca.value } : {})
    }
  }
})

/** Where the flags point, once they fit together. */
export const target = (given: Given): Effect.Effect<Target, UsageError, FileSystem.FileSystem> => {
  const { out, postgres } = given
  if (Option.isSome(out) && Option.isNone(postgres)) return intoFiles(out.value, given)
  if (Option.isSome(postgres) && Option.isNone(out)) return intoTables(postgres.value, given)
  return Effect.fail(wrong("Say where the rows go, with one of: --out FILE, --out DIR/, --postgres VARIABLE."))
}
