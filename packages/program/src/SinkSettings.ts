/**
 * Where the rows of an export go, as settings say it: plain data, without a secret. Each sink is one entry, of which the settings
 * file, the plan, the check and the flags of the command line are made.
 */
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import type { Entry } from "./internal/sinks/entry.ts"
import * as Ndjson from "./internal/sinks/ndjson.ts"
import * as Postgres from "./internal/sinks/postgres.ts"
import { note } from "./SettingText.ts"
import { written } from "./internal/sinks/written.ts"

/** By the name that stands before the place in a settings file. */
const all = { ndjson: Ndjson, postgres: Postgres }

type Name = keyof typeof all
type FlagName = { readonly [N in Name]: keyof (typeof all)[N]["flags"] }[Name]

/** Those of all of them, beside `--out`. */
export const flags = { ...Ndjson.flags, ...Postgres.flags } satisfies Record<FlagName, unknown>

type SinkOf<N extends Name> = { readonly [K in N]: { readonly _tag: K } & (typeof all)[K]["settings"]["Type"] }[N]
export type Sink = SinkOf<Name>

interface EntryOf extends Struct.Lambda {
  <E>(sink: { readonly entry: E }): E
  readonly "~lambda.out": this["~lambda.in"] extends { readonly entry: infer E } ? E : never
}
/** What the programs know of each sink, by its name. */
export const entries: { readonly [N in Name]: Entry<SinkOf<N>> } = Struct.map(
  all,
  Struct.lambda<EntryOf>(({ entry }) => entry)
)

/** Written as `ndjson: DIR` or `postgres: VARIABLE`, with what else is said of it beside. */
export const Sink = written(Object.values(all).map(({ settings }) => settings))

/** Where the rows of one export go: to one sink, or to several that all get them. */
export const Target = Schema.Union([Sink, Schema.NonEmptyArray(Sink)]).annotate(
  note("Where the rows go, or a list of places that all get them: what is read once is put into each.")
)
export type Target = typeof Target.Type

/** The sinks of a job, of which it may have one or several. */
export const sinksOf = (target: Target): ReadonlyArray<Sink> => ("_tag" in target ? [target] : target)

/** Of what was checked before, such as flags. */
export const fromWritten = Schema.decodeUnknownSync(Sink)

/** Where the rows go, in words. */
export const wordsOf = (target: Target): string =>
  sinksOf(target)
    .map((sink) => of(sink).words)
    .join(" and ")

/** The entry of a sink, with its settings at hand. */
export const of = <N extends Name>(sink: SinkOf<N>) => {
  const entry = entries[sink._tag]
  return {
    identity: entry.identity(sink),
    words: entry.words(sink),
    layer: entry.layer(sink),
    staging: entry.staging?.(sink),
    check: entry.check(sink)
  }
}
