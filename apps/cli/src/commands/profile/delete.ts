/** `genesys profile delete`: takes a profile and its secret from this machine. */
import * as Genesys from "@effect-genesys/runtime/Genesys"
import * as Login from "@effect-genesys/runtime/Login"
import * as Logout from "@effect-genesys/runtime/Logout"
import { Profiles } from "@effect-genesys/runtime/Profiles"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"

const name = Argument.String("name").pipe(Argument.withDescription("The profile"))

export const remove = Command.make("delete", { name }, (given) =>
  Logout.forget(given.name).pipe(
    Effect.andThen(Profiles.use((profiles) => profiles.remove(given.name))),
    Effect.andThen(Console.error(`The profile ${given.name} and its secret are deleted.`)),
    Effect.provide(Login.layerProfiles),
    Effect.provide(Genesys.layerStore)
  )
).pipe(
  Command.withDescription(
    "Delete a profile and its secret. Its token lives on until it expires: log out first to revoke it."
  ),
  Command.withExamples([{ command: "genesys profile delete acme", description: "Delete the profile acme" }])
)
