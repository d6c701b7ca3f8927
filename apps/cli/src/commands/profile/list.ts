/** `genesys profile list`: the profiles of this user, without their secrets. */
import { Profiles } from "@effect-genesys/program/Profiles"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Login from "../../login/Login.ts"
import * as ProfileView from "../../profile/ProfileView.ts"

const json = Flag.Boolean("json").pipe(Flag.withDescription("Print one JSON document"), Flag.withDefault(false))

export const list = Command.make("list", { json }, (flags) =>
  Effect.gen(function* () {
    const profiles = yield* Profiles
    const shown = yield* Effect.forEach(yield* profiles.names, ProfileView.of)
    if (flags.json) return yield* Console.log(JSON.stringify(shown))
    if (shown.length === 0) return yield* Console.error("There is no profile yet. Make one with genesys login.")
    yield* Console.log(ProfileView.table(shown))
  }).pipe(Effect.provide(Login.layerProfiles))
).pipe(
  Command.withDescription("List the profiles; a star marks the default. Never prints a secret."),
  Command.withExamples([
    { command: "genesys profile list", description: "As a table" },
    { command: "genesys profile list --json", description: "For programs" }
  ])
)
