/** The command tree of `genesys`. */
import { RetryPolicy } from "@effect-genesys/client/RetryPolicy"
import { OnWait } from "@effect-genesys/client/Waiting"
import { GivenFlags } from "@effect-genesys/program/GivenFlags"
import * as Command from "effect/cli/Command"
import * as CallFlags from "../calls/CallFlags.ts"
import { given } from "../calls/IdentityFlags.ts"
import * as WaitNotes from "../calls/WaitNotes.ts"
import { NoColorFlag } from "../output/OutputFlags.ts"
import { alias } from "./alias.ts"
import { api } from "./api.ts"
import { completions } from "./completions.ts"
import { config } from "./config.ts"
import { conversations } from "./conversations.ts"
import { demo } from "./demo.ts"
import { doctor } from "./doctor.ts"
import { exec } from "./exec.ts"
import { exportList } from "./export.ts"
import { handler } from "./handler.ts"
import { login } from "./login.ts"
import { logout } from "./logout.ts"
import { notifications } from "./notifications.ts"
import { profile } from "./profile.ts"
import { proxy } from "./proxy.ts"
import { query } from "./query.ts"
import { queues } from "./queues.ts"
import { sdk } from "./sdk.ts"
import { withSharedFlags } from "./SharedFlags.ts"
import { simulator } from "./simulator.ts"
import { status } from "./status.ts"
import { token } from "./token.ts"
import { users } from "./users.ts"
import { watch } from "./watch.ts"
import { whoami } from "./whoami.ts"

export const genesys: Command.Command<"genesys", {}, {}, unknown, Command.Environment> = Command.make(
  "genesys",
  {},
  handler(() => import("../greeting/run.ts"))
).pipe(
  Command.withDescription("The command line for Genesys Cloud."),
  Command.withSubcommands([
    login,
    logout,
    profile,
    config,
    alias(() => genesys),
    token,
    status,
    whoami,
    exec,
    api,
    users,
    queues,
    conversations,
    exportList,
    query,
    notifications,
    sdk,
    doctor,
    proxy,
    watch,
    simulator,
    demo,
    completions(() => genesys)
  ]),
  Command.provideEffect(GivenFlags, given),
  Command.provideEffect(RetryPolicy, CallFlags.brief),
  Command.provideEffect(OnWait, WaitNotes.make),
  withSharedFlags([NoColorFlag])
)
