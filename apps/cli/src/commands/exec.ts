/** `genesys exec`: runs a program with a fresh token in its environment. */
import * as Command from "effect/cli/Command"
import { TimeoutFlag } from "../calls/CallFlags.ts"
import { identityFlags } from "../calls/IdentityFlags.ts"
import { flags } from "../exec/flags.ts"
import { handler } from "./handler.ts"
import { withSharedFlags } from "./SharedFlags.ts"

export const exec = Command.make(
  "exec",
  flags,
  handler(() => import("../exec/run.ts"))
).pipe(
  Command.withDescription(
    "Run a program with a token in GENESYS_CLOUD_ACCESS_TOKEN, and region and hosts beside it. Of our environment it gets what programs need (PATH, HOME, the language, proxies without user name or password), and what --env names. It gets our signals, and we end with its exit code. The token is not renewed in it."
  ),
  Command.withExamples([
    {
      command: "genesys exec -- node report.js",
      description: "A script that reads process.env.GENESYS_CLOUD_ACCESS_TOKEN"
    },
    {
      command: "genesys exec --env DATABASE_URL --env 'AWS_*' -- ./report.sh",
      description: "With variables that it is not given by itself"
    },
    {
      command: "genesys exec --min-life 2h -- make report",
      description: "With a token that is good for two more hours"
    }
  ]),
  withSharedFlags([...identityFlags, TimeoutFlag])
)
