/** `genesys exec`: runs a program with a fresh token in its environment. */
import * as ChildEnvironment from "@effect-genesys/core/ChildEnvironment"
import { DurationFromText } from "@effect-genesys/program/DurationText"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { TimeoutFlag } from "../calls/CallFlags.ts"
import { identityFlags } from "../calls/IdentityFlags.ts"
import { handler } from "./handler.ts"
import { withSharedFlags } from "./sharedFlags.ts"

const flags = {
  minLife: Flag.String("min-life").pipe(
    Flag.withDescription("Ask for a new token if the shared one has less left than this, such as 90s, 10m or 2h"),
    Flag.withMetavar("duration"),
    Flag.withSchema(DurationFromText),
    Flag.withDefault(Duration.minutes(10))
  ),
  named: Flag.String("env").pipe(
    Flag.withDescription(
      "Hand this variable of the environment on too, which must be set; may be repeated. AWS_* stands for all that begin so, * for all"
    ),
    Flag.withMetavar("name"),
    Flag.withSchema(
      Schema.String.check(
        Schema.makeFilter(ChildEnvironment.isPattern, { expected: "a name, or its beginning with *" })
      )
    ),
    Flag.atLeast(0)
  ),
  program: Argument.String("command").pipe(
    Argument.withDescription("The program and its arguments, after --"),
    Argument.variadic({ min: 1 })
  )
}
export type Input = Command.Command.Config.Infer<typeof flags>

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
