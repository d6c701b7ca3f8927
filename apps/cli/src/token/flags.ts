/** The flags of `genesys token`. */
import { DurationFromText } from "@effect-genesys/program/DurationText"
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Duration from "effect/Duration"

export const flags = {
  header: Flag.Boolean("header").pipe(
    Flag.withDescription("Print it as a header, for curl -H @-: so it is in no list of processes"),
    Flag.withDefault(false)
  ),
  minLife: Flag.String("min-life").pipe(
    Flag.withDescription("Ask for a new token if the shared one has less left than this, such as 90s, 10m or 2h"),
    Flag.withMetavar("duration"),
    Flag.withSchema(DurationFromText),
    Flag.withDefault(Duration.zero)
  ),
  renew: Flag.Boolean("renew").pipe(
    Flag.withDescription("Ask for a new token now, even if the credentials were just refused"),
    Flag.withDefault(false)
  ),
  watch: Flag.Boolean("watch").pipe(
    Flag.withDescription(
      "Keep a token until Ctrl-C, and draw its life: issued, renewed, expired; with --json, --output or --jq a line for every change"
    ),
    Flag.withoutNegation,
    Flag.withDefault(false)
  )
}
export type Input = Command.Command.Config.Infer<typeof flags>
