/**
 * Where the rows of an export go, as settings say it: plain data, without a secret. Each sink is one entry, of which the settings
 * file, the plan, the check and the flags of the command line are made.
 */
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import * as Struct from "effect/Struct"
import type { Entry } from "./internal/sinks/entry.ts"
import * as Ndjson from "./internal/sinks/ndjson.ts"
import * as Postgres from "./internal/sinks/postgres.ts"

/** By the name that stands before the place in a settings file. */
const all = { ndjson: Ndjson, postgres: Postgres }

/** Those of all of them, beside `--out`. */
export const flags = { ...Ndjson.flags, ...Postgres.flags }

type Name = keyof typeof all
type SinkOf<N extends Name> = { readonly [K in N]: { readonly _tag: K } & (typeof all)[K]["settings"]["Type"] }[N]
export type Sink = SinkOf<Name>

interface EntryOf extends Struct.Lambda {
  <E>(sink: { readonly entry: E }): E
  readonly "~lambda.out": this["~lambda.in"] extends { readonly entry: infer E } ? E : never
}
export const entries: { readonly [N in Name]: Entry<SinkOf<N>> } = Struct.map(
  all,
  Struct.lambda<EntryOf>(({ entry }) => entry)
)
const schemas = Object.values(all).map(({ settings }) => settings)

/** What stands in a settings file, by name: the place of each, and what else can be said of it. */
const written = schemas.map(({ fields: { _tag, place, ...options } }) => ({
  name: _tag.schema.literal,
  place,
  options: new Map<string, Schema.Codec<string>>(Object.entries(options).map(([name, { schema }]) => [name, schema]))
}))

const fields: Record<string, Schema.optionalKey<Schema.Codec<string>>> = Object.fromEntries(
  written.flatMap(({ name, options, place }) =>
    [[name, place] as const, ...options].map(([key, schema]) => [key, Schema.optionalKey(schema)])
  )
)

/** The settings of all other ones. */
const foreign = (name: string) =>
  written.flatMap((other) => (other.name === name ? [] : [other.name, ...other.options.keys()]))

/** One place, and nothing that is said of another one. */
const Written = Schema.Struct(fields).check(
  Schema.makeFilter(
    (given: Readonly<Record<string, unknown>>) =>
      written.some(({ name }) => given[name] !== undefined && foreign(name).every((key) => given[key] === undefined)),
    {
      expected: `either ${written.map(({ name, options }) => `${name} (with ${[...options.keys()].join(" and ")})`).join(" or ")}`,
      toJsonSchema: () => [
        {
          oneOf: written.map(({ name }) => ({
            required: [name],
            properties: Object.fromEntries(
              written
                .flatMap((other) => (other.name === name ? [] : [...other.options.keys()]))
                .map((key) => [key, false])
            )
          }))
        },
        true
      ]
    }
  )
)

const Tagged = Schema.Union(schemas)
const tag = Schema.decodeUnknownSync(Tagged)

/** Written as `ndjson: DIR` or `postgres: VARIABLE`, with what else is said of it beside. */
export const Sink = Written.pipe(
  Schema.decodeTo(
    Schema.toType(Tagged),
    SchemaTransformation.transform({
      decode: (given) => {
        const name = written.find((one) => given[one.name] !== undefined)?.name ?? ""
        const { [name]: place, ...options } = given
        return tag({ _tag: name, place, ...options })
      },
      encode: ({ _tag, place, ...options }): Record<string, string> => ({ [_tag]: place, ...options })
    })
  )
)

/** Of what was checked before, such as flags. */
export const fromWritten = Schema.decodeUnknownSync(Sink)

/** The entry of a sink, with its settings at hand. */
export const of = <N extends Name>(sink: SinkOf<N>) => {
  const entry = entries[sink._tag]
  return {
    identity: entry.identity(sink),
    words: entry.words(sink),
    layer: entry.layer(sink),
    check: entry.check(sink)
  }
}
