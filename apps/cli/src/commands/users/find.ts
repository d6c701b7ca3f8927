/** `genesys users find`: users by e-mail address or by a part of their name. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { listFlags } from "../../calls/ListFlags.ts"
import * as OneShot from "../../calls/OneShot.ts"
import * as Output from "../../output/Output.ts"
import * as Find from "../../users/Find.ts"
import { columns } from "./columns.ts"

const wanted = Argument.String("who").pipe(Argument.withDescription("An e-mail address, or a part of a name"))

export const find = Command.make("find", { wanted, csv: listFlags.csv }, (flags) =>
  Effect.gen(function* () {
    const printer = yield* Output.make({ columns, csv: flags.csv })
    yield* Effect.provide(printer.rows(Find.users(flags.wanted)), OneShot.layer)
  })
).pipe(
  Command.withDescription(
    "Find active users by e-mail address or by a part of their name. Exits with 5 if there is none."
  ),
  Command.withExamples([
    { command: "genesys users find test.user@yourcompany.com --jq .id", description: "The id of a user" },
    { command: "genesys users find evans --csv", description: "All whose name has evans in it, as CSV" }
  ])
)
