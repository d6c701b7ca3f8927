/** Writes `schemas/*.json` anew. */
import { mkdirSync, writeFileSync } from "node:fs"
import * as JsonSchemas from "../src/JsonSchemas.ts"

const folder = new URL("../schemas/", import.meta.url)
mkdirSync(folder, { recursive: true })
for (const [name, document] of Object.entries(JsonSchemas.all)) {
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(document, null, 2)}\n`)
}
