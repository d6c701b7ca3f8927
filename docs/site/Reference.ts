/** The pages that nobody types: each is made of what the code declares. */
import * as Effect from "effect/Effect"
import { genesys } from "../../apps/cli/src/commands/genesys.ts"
import { genesysWorker } from "../../apps/worker/src/commands/genesysWorker.ts"
import { api, packages } from "./reference/api.ts"
import { commands } from "./reference/commands.ts"
import { environment } from "./reference/environment.ts"
import { errors } from "./reference/errors.ts"
import { tables } from "./reference/tables.ts"
import { workerSettings } from "./reference/workerSettings.ts"

/** Made of the sources, by their paths from the root. */
export const fromSources: Effect.Effect<ReadonlyMap<string, string>, unknown> = Effect.gen(function* () {
  return new Map([
    ["docs/reference/genesys.md", yield* commands(genesys, "genesys")],
    ["docs/reference/genesys-worker.md", yield* commands(genesysWorker, "genesys-worker")],
    ["docs/reference/environment.md", environment()],
    ["docs/reference/errors.md", errors()],
    ["docs/reference/tables.md", tables()],
    ["docs/reference/worker-settings.md", workerSettings()]
  ])
})

/** Where a package's API is told. */
export const apiPages: ReadonlyArray<string> = packages.map((name) => `docs/reference/api/${name}.md`)

/** Made of what the build has written. */
export const fromBuild = (): ReadonlyMap<string, string> =>
  new Map(packages.map((name) => [`docs/reference/api/${name}.md`, api(name)]))
