/** Whether what a proxy makes for its callers stays what it is: whoever could, might put another socket or file in its place. */
import * as OwnDirectory from "@effect-genesys/core/OwnDirectory"
import * as Effect from "effect/Effect"
import { UsageError } from "@effect-genesys/program/UsageError"

/** Checks where a new path is to be. A folder that is not there is left to whoever makes the path. */
export const check = (what: string, path: string) =>
  OwnDirectory.checkAround(path).pipe(
    Effect.catchIf(
      ({ reason }) => reason === "Missing",
      () => Effect.void
    ),
    Effect.mapError((error) => new UsageError({ message: `${what} ${error.what}` }))
  )
