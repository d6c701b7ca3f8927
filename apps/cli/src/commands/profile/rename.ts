/** `genesys profile rename`: gives a profile another name. Its secret and its token stay. */
import { Profiles } from "@effect-genesys/program/Profiles"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Login from "../../login/Login.ts"

const from = Argument.String("name").pipe(Argument.withDescription("The profile"))
const to = Argument.String("new-name").pipe(Argument.withDescription("Its new name, which no profile has"))

export const rename = Command.make("rename", { from, to }, (given) =>
  Profiles.use((profiles) => profiles.rename(given.from, given.to)).pipe(
    Effect.andThen(Console.error(`${given.from} is called ${given.to} now.`)),
    Effect.provide(Login.layerProfiles)
  )
).pipe(
  Command.withDescription("Give a profile another name. Its secret and its token stay."),
  Command.withExamples([{ command: "genesys profile rename acme acme-old", description: "Make room for another acme" }])
)
