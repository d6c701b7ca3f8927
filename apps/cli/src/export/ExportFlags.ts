/**
 * The flags that say where an export of the command line goes: to one file, or to a sink of the worker, which is a directory or
 * a database.
 */
import type * as Access from "@effect-genesys/export/Access"
import * as SinkSettings from "@effect-genesys/program/SinkSettings"
import { UsageError } from "@effect-genesys/program/UsageError"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Record from "effect/Record"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"

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
  ...SinkSettings.flags
}

export interface Given extends Readonly<Record<keyof typeof SinkSettings.flags, Option.Option<string>>> {
  readonly out: Option.Option<string>
  readonly force: boolean
  readonly access: Option.Option<Access.Access>
}

export type Target =
  | { readonly _tag: "File"; readonly file: string; readonly access: Access.Access }
  | { readonly _tag: "Sink"; readonly sink: SinkSettings.Sink }

const isDirectory = Effect.fnUntraced(function* (out: string) {
  if (/[/\\]$/.test(out)) return true
  const fs = yield* FileSystem.FileSystem
  return (yield* Effect.orElseSucceed(fs.stat(out), () => undefined))?.type === "Directory"
})

const wrong = (message: string) => new UsageError({ message })

const sinks = Object.entries(SinkSettings.entries).map(([name, { commandLine }]) => ({ name, commandLine }))
const names = ["out" as const, ...Record.keys(SinkSettings.flags)]

/** Where the flags point, once they fit together. */
export const target = Effect.fnUntraced(function* (
  flags: Given
): Effect.fn.Return<Target, UsageError, FileSystem.FileSystem> {
  const given: Readonly<Record<string, string>> = Record.getSomes(Struct.pick(flags, names))
  const [sink, another] = sinks.filter(({ commandLine: { flag } }) => given[flag] !== undefined)
  if (sink === undefined || another !== undefined) {
    const ways = ["--out FILE", ...sinks.map(({ commandLine: { usage } }) => usage)]
    return yield* wrong(`Say where the rows go, with one of: ${ways.join(", ")}.`)
  }
  const { elsewhere: own, flag, keeps, wrong: wrongIn } = sink.commandLine
  const { [flag]: place = "", ...more } = given
  const isFile = flag === "out" && !(yield* isDirectory(place))
  const misplaced = sinks
    .filter((other) => isFile || other !== sink)
    .flatMap((other) => Object.entries(other.commandLine.elsewhere))
    .find(([name]) => more[name] !== undefined && (isFile ? name !== "access" : !(name in own)))
  if (misplaced !== undefined) return yield* wrong(misplaced[1])
  if (isFile && /\.parquet$/i.test(place))
    return yield* wrong("Parquet is files in a directory, a folder for each table: write --out DIR/ --format parquet.")
  const form = /\.(csv|tsv|xlsx?)$/i.exec(place)?.[1]
  if (isFile && form !== undefined)
    return yield* wrong(
      `A file of an export is lines of JSON, not ${form}: call it ${JSON.stringify(`${place.slice(0, -form.length)}ndjson`)}. For CSV, print a list: genesys users list --csv, or genesys conversations query --csv.`
    )
  if (isFile) return { _tag: "File", file: place, access: Option.getOrElse(flags.access, () => "owner" as const) }
  if (flags.force) return yield* wrong(`--force is for one file. ${keeps}`)
  const what = wrongIn(given)
  if (what !== undefined) return yield* wrong(what)
  return { _tag: "Sink", sink: SinkSettings.fromWritten({ [sink.name]: place, ...more }) }
})
