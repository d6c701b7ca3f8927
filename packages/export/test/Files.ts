/** What is in the directory of an NDJSON sink. */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { gunzipSync, zstdDecompressSync } from "node:zlib"
import * as NodeFs from "node:fs"
import * as Kinds from "../src/Kinds.ts"
import type { Layout } from "../src/Layout.ts"

export const conversations: Layout = Kinds.conversations.layout
export const users: Layout = Kinds.users.layout

export const temporary = Effect.flatMap(FileSystem.FileSystem, (fs) => fs.makeTempDirectoryScoped())

const textOf = (path: string): string => {
  const bytes = NodeFs.readFileSync(path)
  if (path.endsWith(".gz")) return gunzipSync(bytes).toString("utf8")
  return path.endsWith(".zst") ? zstdDecompressSync(bytes).toString("utf8") : bytes.toString("utf8")
}

export const lines = (path: string): ReadonlyArray<string> => textOf(path).split("\n").slice(0, -1)

/** Every row of a kind, and how often its key comes: whatever is doubled fails here. */
export const rows = (directory: string, kind: Layout): Map<string, Record<string, unknown>> => {
  const found = new Map<string, Record<string, unknown>>()
  for (const name of NodeFs.readdirSync(`${directory}/${kind.name}`)) {
    let previous = ""
    for (const line of lines(`${directory}/${kind.name}/${name}`)) {
      const { _asOf, _deletedAt, ...fields } = JSON.parse(line)
      const row = kind.deletions === true || _deletedAt === undefined ? fields : { ...fields, _deletedAt }
      const key = row[kind.key]
      if (found.has(key)) throw new Error(`${key} is there twice`)
      if (key <= previous) throw new Error(`${name} is not sorted`)
      if (kind === conversations && !name.startsWith(row.conversationStart.slice(0, 10)))
        throw new Error(`${key} is in ${name}`)
      if (typeof _asOf !== "string") throw new Error(`${key} has no _asOf`)
      previous = key
      found.set(key, row)
    }
  }
  return found
}

/** When those rows were marked that are, by their key. */
export const deleted = (directory: string, kind: Layout): Map<string, number> => {
  const found = new Map<string, number>()
  for (const name of NodeFs.readdirSync(`${directory}/${kind.name}`)) {
    for (const line of lines(`${directory}/${kind.name}/${name}`)) {
      const { _deletedAt: at, ...row } = JSON.parse(line)
      if (at !== undefined) found.set(row[kind.key], Date.parse(at))
    }
  }
  return found
}
