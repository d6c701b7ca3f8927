/** `genesys profile delete`: takes a profile and its secret from this machine. */
import * as Identity from "@effect-genesys/program/Identity"
import { Profiles } from "@effect-genesys/program/Profiles"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Login from "../../login/Login.ts"
import * as Logout from "../../login/Logout.ts"

const name = Argument.String("name").pipe(Argument.withDescription("The profile"))

export const remove = Command.make("delete", { name }, (given) =>
  Logout.forget(given.name).pipe(
    Effect.andThen(Profiles.use((profiles) => profiles.remove(given.name))),
    Effect.andThen(Console.error(`The profile ${given.name} and its secret are deleted.`)),
    Effect.provide(Login.layerProfiles),
    Effect.provide(Identity.layerStore)
  )
).pipe(
  Command.withDescription(
    "Delete a profile and its secret. Its token lives on until it expires: log out first to revoke it."
  ),
  Command.withExamples([{ command: "genesys profile delete acme", description: "Delete the profile acme" }])
)
