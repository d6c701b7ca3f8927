/** The flags of `genesys watch`. */
import { DurationFromText } from "@effect-genesys/program/DurationText"
import { Email } from "@effect-genesys/program/Email"
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"

export const flags = {
  every: Flag.String("every").pipe(
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
    Flag.withSchema(Email),
    Flag.optional
  )
}
export type Input = Command.Command.Config.Infer<typeof flags>
