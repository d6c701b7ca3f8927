/** What `genesys logout` does. */
import * as Transport from "@effect-genesys/client/Transport"
import { GivenFlags } from "@effect-genesys/program/GivenFlags"
import * as Identity from "@effect-genesys/program/Identity"
import { Profiles } from "@effect-genesys/program/Profiles"
import { UsageError } from "@effect-genesys/program/UsageError"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Login from "../login/Login.ts"
import type { Input } from "./flags.ts"
import * as Logout from "./Logout.ts"

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

export const run = Effect.fnUntraced(function* ({ all }: Input) {
  const { profile } = yield* GivenFlags
  if (all && Option.isSome(profile)) {
    return yield* new UsageError({ message: "--all logs out of every profile: leave --profile out, or --all." })
  }
  return yield* all ? everyone : one
}, Effect.provide(Login.layerProfiles))
