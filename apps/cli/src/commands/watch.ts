/** `genesys watch`: the long-running loop for a person to look at, or for a program to read line by line. */
import { DurationFromText } from "@effect-genesys/program/DurationText"
import * as Watch from "@effect-genesys/program/Watch"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { callFlags } from "../calls/CallFlags.ts"
import { identityFlags } from "../calls/IdentityFlags.ts"
import { outputFlags } from "../output/OutputFlags.ts"
import { handler } from "./handler.ts"
import { withSharedFlags } from "./sharedFlags.ts"

const flags = {
  interval: Flag.String("interval").pipe(
    Flag.withDescription("The pause after each round, such as 2s or 5m; by default GENESYS_WORKER_INTERVAL, or 10s"),
    Flag.withMetavar("duration"),
    Flag.withSchema(
      DurationFromText.check(
        Schema.makeFilter((pause: Duration.Duration) => Duration.toMillis(pause) >= 100 || "a duration of 0.1s or more")
      )
    ),
    Flag.optional
  ),
  email: Flag.String("email").pipe(
    Flag.withDescription("Whom to look up; by default GENESYS_WORKER_EMAIL"),
    Flag.withMetavar("address"),
    Flag.withSchema(Watch.Email),
    Flag.optional
  )
}
export type Input = Command.Command.Config.Infer<typeof flags>

export const watch = Command.make(
  "watch",
  flags,
  handler(() => import("../watch/run.ts"))
).pipe(
  Command.withDescription(
    "Look at the token, find a user and query the conversations of the last day, again and again until Ctrl-C. " +
      "A failed call is shown, and the loop goes on."
  ),
  Command.withExamples([
    { command: "genesys watch", description: "A round every ten seconds" },
    {
      command: "genesys watch --interval 2s --email someone@example.com",
      description: "More often, with another user"
    },
    { command: "genesys watch --json", description: "One JSON object a line, for programs" }
  ]),
  withSharedFlags([...identityFlags, ...callFlags, ...outputFlags])
)
