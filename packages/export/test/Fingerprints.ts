/** Rows as fingerprints that do not depend on the order of fields: so that hundreds of thousands of them can be compared. */
import { hash } from "node:crypto"
import { createReadStream, readdirSync } from "node:fs"
import { createInterface } from "node:readline"
import * as FactsTruth from "./FactsTruth.ts"
import * as Kinds from "../src/Kinds.ts"
import type { Layout } from "../src/Layout.ts"

const conversations = Kinds.conversations.layout

const sorted = (_: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value

export const of = (row: unknown): string => hash("sha1", JSON.stringify(row, sorted), "base64")

/** Of the files of an NDJSON sink. A key that is there twice fails, and a row in the file of another day. */
export const ofDirectory = async (
  directory: string,
  { key, table }: Layout = conversations
): Promise<Map<string, string>> => {
  const day = table.columns["day"]?.from
  if (typeof day !== "string") throw new Error("the kind has no column of a day")
  const found = new Map<string, string>()
  for (const name of readdirSync(directory)) {
    // oxlint-disable-next-line eslint/no-await-in-loop -- the files are larger than the memory
    for await (const line of createInterface({ input: createReadStream(`${directory}/${name}`) })) {
      const { _asOf, ...row } = JSON.parse(line)
      if (found.has(row[key])) throw new Error(`${row[key]} is there twice`)
      if (!name.startsWith(row[day].slice(0, 10))) throw new Error(`${row[key]} is in ${name}`)
      found.set(row[key], of(FactsTruth.comparable(row)))
    }
  }
  return found
}

/** What two maps differ in: at most a few of each, for a message. */
export const differences = (found: ReadonlyMap<string, string>, truth: ReadonlyMap<string, string>) => ({
  rows: found.size,
  lost: [...truth.keys()].filter((key) => !found.has(key)).length,
  foreign: [...found.keys()].filter((key) => !truth.has(key)).length,
  stale: [...truth].filter(([key, row]) => found.has(key) && found.get(key) !== row).length
})
