/**
 * How a sink is written in a settings file: its name with its place, and what else is said of it beside. Two sinks may have an option
 * of the same name: it means what the one that is named says.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"

type Option = Schema.optionalKey<Schema.Codec<string>>

/** `_tag` is the name. */
type Settings = Schema.Codec<{ readonly _tag: string; readonly place: string }, unknown> & {
  readonly fields: {
    readonly _tag: { readonly schema: { readonly literal: string } }
    readonly place: Schema.Codec<string>
    readonly [option: string]: unknown
  }
}

interface Written {
  readonly name: string
  readonly options: ReadonlyMap<string, unknown>
}
const words = ({ name, options }: Written) =>
  options.size === 0 ? name : `${name} (with ${[...options.keys()].join(" and ")})`

const isOption = (field: unknown): field is Option => Schema.isSchema(field)

export const written = <S extends Settings>(
  schemas: ReadonlyArray<S>
): Schema.Codec<S["Type"], Readonly<Record<string, string | undefined>>> => {
  const sinks = schemas.map(({ fields: { _tag, place, ...options } }) => ({
    name: _tag.schema.literal,
    place,
    options: new Map(
      Object.entries(options).flatMap(([name, field]) => (isOption(field) ? [[name, field.schema]] : []))
    )
  }))
  const keys = new Set(sinks.flatMap(({ name, options }) => [name, ...options.keys()]))
  const schemaOf = (key: string) => {
    const found = sinks.flatMap(({ name, options, place }) => (name === key ? [place] : (options.get(key) ?? [])))
    return Schema.optionalKey(found.length === 1 && found[0] !== undefined ? found[0] : Schema.Union(found))
  }
  /** What cannot be said of that one. */
  const foreign = ({ name, options }: Written) => [...keys].filter((key) => key !== name && !options.has(key))

  const Written = Schema.Struct(Object.fromEntries([...keys].map((key) => [key, schemaOf(key)]))).check(
    Schema.makeFilter(
      (given: Readonly<Record<string, unknown>>) =>
        sinks.some((sink) => given[sink.name] !== undefined && foreign(sink).every((key) => given[key] === undefined)),
      {
        expected: `either ${sinks.map(words).join(" or ")}`,
        toJsonSchema: () => [
          {
            oneOf: sinks.map((sink) => ({
              required: [sink.name],
              properties: Object.fromEntries(foreign(sink).map((key) => [key, false]))
            }))
          },
          true
        ]
      }
    )
  )
  const Tagged = Schema.Union(schemas)
  const tagged = Schema.decodeUnknownEffect(Tagged)

  return Written.pipe(
    Schema.decodeTo(
      Schema.toType(Tagged),
      SchemaTransformation.transformEffect({
        decode: (given) => {
          const name = sinks.find((one) => given[one.name] !== undefined)?.name ?? ""
          const { [name]: place, ...options } = given
          return Effect.mapError(tagged({ _tag: name, place, ...options }), ({ issue }) => issue)
        },
        encode: ({ _tag, place, ...options }) => Effect.succeed({ [_tag]: place, ...options })
      })
    )
  )
}
