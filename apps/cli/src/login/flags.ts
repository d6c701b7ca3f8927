/** The flags of `genesys login`. */
import { DurationFromText } from "@effect-genesys/program/DurationText"
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Schema from "effect/Schema"

export const flags = {
  clientId: Flag.String("client-id").pipe(
    Flag.withDescription("The id of the OAuth client, instead of being asked for it"),
    Flag.withMetavar("id"),
    Flag.withSchema(Schema.NonEmptyString),
    Flag.optional
  ),
  secretStdin: Flag.Boolean("secret-stdin").pipe(
    Flag.withDescription("Read the client secret from standard input; it is never taken from an argument"),
    Flag.withDefault(false)
  ),
  web: Flag.Boolean("web").pipe(
    Flag.withDescription("Log in in the browser, as a person: needs an OAuth client with the grant Code Authorization"),
    Flag.withDefault(false)
  ),
  port: Flag.Int("port").pipe(
    Flag.withDescription(
      "With --web: the port of the redirect URI, http://127.0.0.1:PORT/callback; 0 takes a free one; left out, 8976"
    ),
    Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 65_535 }))),
    Flag.optional
  ),
  noBrowser: Flag.Boolean("no-browser").pipe(
    Flag.withDescription("With --web: print the address, and open nothing"),
    Flag.withDefault(false)
  ),
  wait: Flag.String("wait").pipe(
    Flag.withDescription("With --web: how long to wait for the browser, such as 90s or 10m; left out, 5m"),
    Flag.withMetavar("duration"),
    Flag.withSchema(DurationFromText),
    Flag.optional
  )
}
export type Input = Command.Command.Config.Infer<typeof flags>
