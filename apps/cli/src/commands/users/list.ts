/** `genesys users list`: every user, as the pages come. */
import { Users } from "@effect-genesys/client/Users"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as CallFlags from "../../calls/CallFlags.ts"
import { limited, listFlags, pagesAhead } from "../../calls/ListFlags.ts"
import * as OneShot from "../../calls/OneShot.ts"
import * as Output from "../../output/Output.ts"
import * as Progress from "../../output/Progress.ts"
import { columns } from "./columns.ts"
import { states } from "./state.ts"

const state = Flag.Literals("state", states).pipe(
  Flag.withDescription("Only users in this state"),
  Flag.withDefault("active" as const)
)

export const list = Command.make("list", { ...listFlags, state }, (flags) =>
  Effect.gen(function* () {
    const printer = yield* Output.make({ columns, csv: flags.csv })
    const rows = Stream.unwrap(
      Effect.map(Users, (users) => users.listAllRaw({ state: flags.state, lookAhead: pagesAhead(flags.limit) }))
    )
    const total = Users.use((users) =>
      Effect.map(users.list({ state: flags.state, pageSize: 1 }), (page) => page.total)
    )
    yield* printer
      .rows(rows.pipe(limited(flags.limit), Progress.rows({ what: "users", total })))
      .pipe(CallFlags.patiently, Effect.provide(OneShot.layer))
  })
).pipe(
  Command.withDescription("List users, with every field that Genesys sends when the output is for programs."),
  Command.withExamples([
    { command: "genesys users list --limit 10", description: "The first ten" },
    { command: "genesys users list --state any --output ndjson", description: "Every user, a line of JSON each" },
    {
      command: "genesys users list --jq 'select(.department == \"Sales\") | .email'",
      description: "E-mail addresses of a department"
    }
  ])
)
