/** `genesys profile show`: one profile, where it is and where its secret is kept, but not the secret. */
import { Profiles } from "@effect-genesys/program/Profiles"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Login from "../../login/Login.ts"
import * as ProfileView from "../../profile/ProfileView.ts"

const json = Flag.Boolean("json").pipe(Flag.withDescription("Print one JSON document"), Flag.withDefault(false))
const name = Argument.String("name").pipe(
  Argument.withDescription("The profile; without it, the one that is used now"),
  Argument.optional
)

export const show = Command.make("show", { name, json }, (given) =>
  Effect.gen(function* () {
    const profiles = yield* Profiles
    const { name: usual } = yield* Login.known
    const shown = yield* ProfileView.of(Option.getOrElse(given.name, () => usual))
    yield* Console.log(given.json ? JSON.stringify(shown) : ProfileView.lines(shown, profiles.file(shown.name)))
  }).pipe(Effect.provide(Login.layerProfiles))
).pipe(
  Command.withDescription("Show a profile, and where its secret is kept. Never prints the secret."),
  Command.withExamples([
    { command: "genesys profile show", description: "The profile that is used now" },
    { command: "genesys profile show acme --json", description: "Another one, for programs" }
  ])
)
