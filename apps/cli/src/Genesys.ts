/** The command tree of `genesys`. */
import { RetryPolicy } from "@effect-genesys/client/RetryPolicy"
import { OnWait } from "@effect-genesys/client/Waiting"
import * as CallFlags from "@effect-genesys/runtime/CallFlags"
import { GivenFlags } from "@effect-genesys/runtime/GivenFlags"
import { given, globalFlags } from "@effect-genesys/runtime/GlobalFlags"
import { outputFlags } from "@effect-genesys/runtime/OutputFlags"
import * as WaitNotes from "@effect-genesys/runtime/WaitNotes"
import * as Command from "effect/cli/Command"
import { api } from "./commands/api.ts"
import { completions } from "./commands/completions.ts"
import { conversations } from "./commands/conversations.ts"
import { demo } from "./commands/demo.ts"
import { doctor } from "./commands/doctor.ts"
import { exec } from "./commands/exec.ts"
import { login } from "./commands/login.ts"
import { logout } from "./commands/logout.ts"
import { notifications } from "./commands/notifications.ts"
import { profile } from "./commands/profile.ts"
import { proxy } from "./commands/proxy.ts"
import { queues } from "./commands/queues.ts"
import { sdk } from "./commands/sdk.ts"
import { simulator } from "./commands/simulator.ts"
import { status } from "./commands/status.ts"
import { token } from "./commands/token.ts"
import { users } from "./commands/users.ts"
import { watch } from "./commands/watch.ts"

const flags = [...globalFlags, ...outputFlags, ...CallFlags.callFlags] as const

export const genesys: Command.Command<"genesys", {}, {}, unknown, Command.Environment> = Command.make("genesys").pipe(
  Command.withDescription("The command line for Genesys Cloud."),
  Command.withSubcommands([
    login,
    logout,
    profile,
    token,
    status,
    exec,
    api,
    users,
    queues,
    conversations,
    notifications,
    sdk,
    doctor,
    proxy,
    watch,
    simulator,
    demo,
    completions(() => genesys, flags)
  ]),
  Command.provideEffect(GivenFlags, given),
  Command.provideEffect(RetryPolicy, CallFlags.brief),
  Command.provideEffect(OnWait, WaitNotes.make),
  Command.withGlobalFlags(flags)
)
