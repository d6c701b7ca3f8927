/** `genesys users get`: one user. */
import { Users } from "@effect-genesys/client/Users"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { listFlags } from "../../calls/ListFlags.ts"
import * as OneShot from "../../calls/OneShot.ts"
import * as Output from "../../output/Output.ts"
import { columns } from "./columns.ts"

const id = Argument.String("id").pipe(Argument.withDescription("The id of the user"))

export const get = Command.make("get", { id, csv: listFlags.csv }, (flags) =>
  Effect.gen(function* () {
    const printer = yield* Output.make({ columns, csv: flags.csv })
    const user = yield* Effect.provide(
      Users.use((users) => users.get(flags.id)),
      OneShot.layer
    )
    yield* printer.value(user)
  })
).pipe(
  Command.withDescription("Show one user. Exits with 5 if there is none."),
  Command.withExamples([
    {
      command: "genesys users get b0ced89c-86b0-4e88-b56e-36cb03e509d1 --output yaml",
      description: "All that is known of a user"
    }
  ])
)
