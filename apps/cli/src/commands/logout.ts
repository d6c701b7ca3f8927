/** `genesys logout`: revokes the token, and takes token and secret from this machine. */
import * as Transport from "@effect-genesys/client/Transport"
import { GivenFlags } from "@effect-genesys/program/GivenFlags"
import * as Identity from "@effect-genesys/program/Identity"
import { Profiles } from "@effect-genesys/program/Profiles"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Login from "../login/Login.ts"
import * as Logout from "../login/Logout.ts"

const all = Flag.Boolean("all").pipe(Flag.withDescription("Log out of every profile"), Flag.withDefault(false))

const one = Logout.logout.pipe(
  Effect.tap(({ profile, revoked }) =>
    Console.error(
      `${Option.match(profile, { onNone: () => "Logged out", onSome: (name) => `Logged out of ${name}` })}: ` +
        Option.match(revoked, {
          onNone: () => "there was no token to revoke.",
          onSome: (fingerprint) => `the token ${fingerprint} is revoked.`
        })
    )
  ),
  Effect.provide(Layer.merge(Identity.layerStore, Layer.provideMerge(Transport.layerConfig, Identity.layerSettings)))
)

const everyone = Effect.gen(function* () {
  const profiles = yield* Profiles
  for (const name of yield* profiles.names) {
    if ((yield* profiles.get(name)).secret === undefined) continue
    yield* Effect.provideService(one, GivenFlags, { ...(yield* GivenFlags), profile: Option.some(name) })
  }
})

export const logout = Command.make("logout", { all }, (flags) =>
  Effect.provide(flags.all ? everyone : one, Login.layerProfiles)
).pipe(
  Command.withDescription(
    "Revoke the token at Genesys Cloud, and take it and the profile's secret from this machine. The profile stays: genesys login asks for the secret alone."
  ),
  Command.withExamples([
    { command: "genesys logout", description: "Log out of the profile that is used now" },
    { command: "genesys logout --profile acme", description: "Log out of this profile" },
    { command: "genesys logout --all", description: "Log out of every profile" }
  ])
)
