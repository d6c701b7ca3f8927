/** `genesys login`: asks who we are, or reads it from flags and standard input, and stores a profile. */
import * as Command from "effect/cli/Command"
import { TimeoutFlag } from "../calls/CallFlags.ts"
import { identityFlags } from "../calls/IdentityFlags.ts"
import { flags } from "../login/flags.ts"
import { handler } from "./handler.ts"
import { withSharedFlags } from "./SharedFlags.ts"

export const login = Command.make(
  "login",
  flags,
  handler(() => import("../login/run.ts"))
).pipe(
  Command.withDescription(
    "Store a profile: region, client id and secret, once a token was got with them. The secret goes to the system's keyring, or to an encrypted file where there is none."
  ),
  Command.withExamples([
    { command: "genesys login", description: "Ask for everything, and store it as the default profile" },
    {
      command: "genesys login --profile acme --region eu-central-1 --client-id ID --secret-stdin < secret.txt",
      description: "For scripts: asks nothing"
    },
    { command: "genesys login --web", description: "Log in in the browser" }
  ]),
  withSharedFlags([...identityFlags, TimeoutFlag])
)
