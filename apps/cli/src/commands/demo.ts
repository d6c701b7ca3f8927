/** `genesys demo`: the main job, with no account. */
import * as Command from "effect/cli/Command"
import { handler } from "./handler.ts"

export const demo = Command.make(
  "demo",
  {},
  handler(() => import("../demo/run.ts"))
).pipe(
  Command.withDescription(
    "Show the main job for about 25 seconds: a worker that calls the API through renewals, a revoked token and a login host that is down."
  ),
  Command.withExamples([{ command: "genesys demo", description: "Needs no account and no network" }])
)
