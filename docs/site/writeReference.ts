/** Writes the pages that are made of the code, for VitePress to find. */
import * as Effect from "effect/Effect"
import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { root } from "./Pages.ts"
import * as Reference from "./Reference.ts"

const made = [...(await Effect.runPromise(Reference.fromSources)), ...Reference.fromBuild()]
for (const [file, text] of made) {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  writeFileSync(join(root, file), text)
}
