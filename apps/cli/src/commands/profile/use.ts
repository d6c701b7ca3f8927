/** `genesys profile use`: makes a profile the default. */
import { Profiles } from "@effect-genesys/program/Profiles"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Login from "../../login/Login.ts"

const name = Argument.String("name").pipe(Argument.withDescription("The profile"))

export const use = Command.make("use", { name }, (given) =>
  Profiles.use((profiles) => profiles.use(given.name)).pipe(
    Effect.andThen(Console.error(`${given.name} is the default profile now.`)),
    Effect.provide(Login.layerProfiles)
  )
).pipe(
  Command.withDescription("Make a profile the default: the one that is used where nothing else is said."),
  Command.withExamples([{ command: "genesys profile use acme", description: "Use the profile acme from now on" }])
)
