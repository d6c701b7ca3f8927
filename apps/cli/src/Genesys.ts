/** The command tree of `genesys`. */
import { globalFlags } from "@effect-genesys/runtime/GlobalFlags"
import * as Command from "effect/cli/Command"
import { demo } from "./commands/demo.ts"
import { doctor } from "./commands/doctor.ts"
import { proxy } from "./commands/proxy.ts"
import { exec } from "./commands/exec.ts"
import { login } from "./commands/login.ts"
import { logout } from "./commands/logout.ts"
import { profile } from "./commands/profile.ts"
import { simulator } from "./commands/simulator.ts"
import { status } from "./commands/status.ts"
import { token } from "./commands/token.ts"
import { watch } from "./commands/watch.ts"

export const genesys = Command.make("genesys").pipe(
  Command.withDescription("The command line for Genesys Cloud."),
  Command.withSubcommands([login, logout, profile, token, status, exec, doctor, proxy, watch, simulator, demo]),
  Command.withGlobalFlags(globalFlags)
)
