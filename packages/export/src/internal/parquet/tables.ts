/** The files of all tables of a kind, made in one walk through its lines. */
import * as ExactNumber from "@effect-genesys/client/ExactNumber"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { type Flat, type Layout, tablesOf } from "../../Layout.ts"
import type { FlatRow } from "../../Tables.ts"
import * as Tables from "../../Tables.ts"
import type { Compression } from "../ndjson/compression.ts"
import type { Line } from "../ndjson/line.ts"
import type { Opened, Unit } from "../ndjson/directory.ts"
import type * as LineFile from "../ndjson/lineFile.ts"
import { hash } from "node:crypto"
import * as TableFile from "./tableFile.ts"

const decode = Schema.decodeUnknownSync(Schema.Record(Schema.String, Schema.Unknown))

const iso = (millis: number | undefined) => (millis === undefined ? null : new Date(millis).toISOString())

/** The line itself is the raw row: it is merged with what comes later, byte for byte. */
const ofLine = ({ asOf, deletedAt, text }: Line): FlatRow => ({
  as_of: iso(asOf),
  deleted_at: iso(deletedAt),
  raw: text
})

/** Another one if the files would have other tables, columns or types, or cells from elsewhere. */
export const layoutOf = (kind: Layout): string => {
  const tables = tablesOf(kind).map(({ columns, deletions, key, name, places }) => [
    name,
    key,
    places,
    deletions,
    Object.entries(columns).map(([column, { from, type }]) => [column, type, from])
  ])
  return hash("sha256", JSON.stringify([kind.key, tables]), "hex").slice(0, 16)
}

export const write = (
  { access, fs }: Pick<Opened, "access" | "fs">,
  { partition }: Pick<Unit, "partition">,
  lines: Stream.Stream<Line, LineFile.Failure>,
  options: { readonly compression: Compression; readonly path: (table: Flat) => string }
): Effect.Effect<void, LineFile.Failure> =>
  Effect.scoped(
    Effect.gen(function* () {
      const [main, ...children] = tablesOf(partition.kind)
      const flatten = Tables.of(partition.kind)
      const open = (flat: Flat) =>
        TableFile.make(fs, options.path(flat), flat, { access, compression: options.compression })
      const mainFile = yield* open(main)
      const files = new Map<string, TableFile.TableFile>()
      for (const flat of children) files.set(flat.name, yield* open(flat))
      const all = [mainFile, ...files.values()]
      yield* Stream.runForEachArray(lines, (chunk) =>
        Effect.suspend(() => {
          for (const line of chunk) {
            const value = decode(ExactNumber.parse(line.text))
            // That of the line is a part of a larger text, which stays in memory as long as the part does.
            const key = value[partition.kind.key]
            const rows = flatten({ key: typeof key === "string" ? key : line.key, asOf: line.asOf, value })
            mainFile.put({ ...rows.main, ...ofLine(line) })
            for (const [name, inner] of Object.entries(rows.children)) {
              const file = files.get(name)
              for (const row of inner) file?.put(row)
            }
          }
          return Effect.forEach(all, ({ drain }) => drain, { discard: true })
        })
      )
      yield* Effect.forEach(all, ({ finish }) => finish, { discard: true })
    })
  )
