/** What a program that is measured is given: a home of its own, and a simulator to talk to. */
import * as Effect from "effect/Effect"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** It goes with the scope. */
export const home = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "genesys-bench-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

export const env = (
  folder: string,
  simulator: { readonly url: string; readonly clientId: string; readonly secret: string }
): NodeJS.ProcessEnv => ({
  PATH: process.env["PATH"],
  HOME: folder,
  GENESYS_CLOUD_LOGIN_URL: simulator.url,
  GENESYS_CLOUD_API_URL: simulator.url,
  GENESYS_CLOUD_CLIENT_ID: simulator.clientId,
  GENESYS_CLOUD_CLIENT_SECRET: simulator.secret
})
