/** The files of a copy that a query may read: of this user or root, none of them a link, and nobody else's to write. */
import * as OwnDirectory from "@effect-genesys/core/OwnDirectory"
import * as PlainFile from "@effect-genesys/core/PlainFile"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import * as Kinds from "../../Kinds.ts"
import { type Layout, tablesOf } from "../../Layout.ts"
import { list, prefix } from "../kinds/list.ts"
import * as Foreign from "../ndjson/foreign.ts"

/** Names that a sink gives: a day, or what the kind is called, and parts of one that grows. Nothing else is read. */
const names: Record<Foreign.Form, RegExp> = {
  ndjson: /^[a-z0-9][a-z0-9_-]*(?:\.[1-9]\d{0,8})?\.ndjson(?:\.gz|\.zst)?$/,
  parquet: /^[a-z0-9][a-z0-9_-]*\.parquet$/
}
const isFolder = /^[a-z][a-z0-9_]{0,44}$/

export interface CopyFiles {
  readonly form: Foreign.Form
  /** By the name of the folder. */
  readonly files: ReadonlyMap<string, ReadonlyArray<string>>
  readonly layouts: ReadonlyArray<Layout>
  /** Whether an export was cut off while it put a day in its place. */
  readonly isCutOff: boolean
}

/** `a.ndjson`, and `a.ndjson.gz` beside it where a change of the compression was cut off: the one that was written later. */
const latest = Effect.fnUntraced(function* (fs: FileSystem.FileSystem, paths: ReadonlyArray<string>) {
  const found = new Map<string, { readonly path: string; readonly written: number }>()
  for (const path of paths) {
    const { mtime } = yield* fs.lstat(path)
    const written = mtime._tag === "Some" ? mtime.value.getTime() : 0
    const name = path.replace(/(?<=\.ndjson)\.(?:gz|zst)$/, "")
    const other = found.get(name)
    if (other === undefined || other.written <= written) found.set(name, { path, written })
  }
  return [...found.values()].map(({ path }) => path)
})

/** Of any list: the folder has its name. */
const layoutOf = (name: string): Layout => ({ ...list, name })

/** @param directory its real path */
export const find = Effect.fnUntraced(function* (directory: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  yield* OwnDirectory.check(directory, { shared: true })
  const forms = new Set<Foreign.Form>()
  const found = new Map<string, ReadonlyArray<string>>()
  for (const folder of (yield* fs.readDirectory(directory)).filter((name) => isFolder.test(name)).toSorted()) {
    const at = path.join(directory, folder)
    if ((yield* PlainFile.typeOf(fs, at)) === "File") continue
    yield* OwnDirectory.check(at, { shared: true })
    const form = yield* Foreign.found(fs, at)
    if (form === undefined) continue
    forms.add(form)
    const files = (yield* fs.readDirectory(at)).filter((name) => names[form].test(name)).toSorted()
    const paths = files.map((name) => path.join(at, name))
    // Opened and looked at: a link, a pipe or what is another user's is refused by its name.
    for (const one of paths) yield* Effect.scoped(PlainFile.open(fs, one))
    found.set(folder, yield* latest(fs, paths))
  }
  const [form = "ndjson", other] = [...forms]
  const lists = [...found.keys()].filter((name) => name.startsWith(prefix)).map(layoutOf)
  const layouts = Kinds.layouts.filter((layout) => layout.name !== list.name)
  return {
    form: other === undefined ? form : "ndjson",
    files: found,
    layouts: [...layouts, ...lists],
    isMixed: other !== undefined,
    isCutOff: yield* PlainFile.exists(fs, path.join(directory, ".commit"))
  }
})

/** Folders that belong to no table of these layouts. */
export const strangers = (layouts: ReadonlyArray<Layout>, folders: Iterable<string>): ReadonlyArray<string> => {
  const known = new Set(layouts.flatMap(tablesOf).map(({ name }) => name))
  return [...folders].filter((name) => !known.has(name))
}
