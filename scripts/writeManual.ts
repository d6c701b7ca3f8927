/** Writes the manual page of each program of the workspace that is built, into its `dist/man`. */
import type { Program } from "@effect-genesys/core/Settings"
import { version } from "@effect-genesys/program/Version"
import * as Effect from "effect/Effect"
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { page } from "./Manual.ts"
import { here } from "./Workspaces.ts"

const pages: Readonly<Partial<Record<Program, () => Effect.Effect<string, unknown>>>> = {
  genesys: () =>
    Effect.flatMap(
      Effect.promise(() => import("../apps/cli/src/commands/genesys.ts")),
      ({ genesys }) => page(genesys, "genesys", version)
    ),
  "genesys-worker": () =>
    Effect.flatMap(
      Effect.promise(() => import("../apps/worker/src/commands/genesysWorker.ts")),
      ({ genesysWorker }) => page(genesysWorker, "genesys-worker", version)
    )
}

const { directory, manifest } = here()
const folder = join(directory, "dist/man")
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
const own = Object.entries(pages).filter(([program]) => program in (manifest.bin ?? {}))
await Promise.all(
  own.map(async ([name, make]) => writeFileSync(join(folder, `${name}.1`), await Effect.runPromise(make())))
)
