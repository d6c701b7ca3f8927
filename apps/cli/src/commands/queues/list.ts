/** `genesys queues list`: every queue, as the pages come. */
import { Routing } from "@effect-genesys/client/Routing"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as CallFlags from "../../calls/CallFlags.ts"
import { limited, listFlags, pagesAhead } from "../../calls/ListFlags.ts"
import * as OneShot from "../../calls/OneShot.ts"
import * as Output from "../../output/Output.ts"

const columns = ["id", "name", "division.name", "memberCount"]

const name = Flag.String("name").pipe(
  Flag.withDescription("Only queues with this name; an asterisk at its start or end stands for anything"),
  Flag.optional
)

export const list = Command.make("list", { ...listFlags, name }, (flags) =>
  Effect.gen(function* () {
    const printer = yield* Output.make({ columns, csv: flags.csv })
    const rows = Stream.unwrap(
      Effect.map(Routing, (routing) =>
        routing.allQueues({ name: Option.getOrUndefined(flags.name), lookAhead: pagesAhead(flags.limit) })
      )
    )
    yield* printer.rows(limited(flags.limit)(rows)).pipe(CallFlags.patiently, Effect.provide(OneShot.layer))
  })
).pipe(
  Command.withDescription("List queues."),
  Command.withExamples([
    { command: "genesys queues list --json", description: "All queues in one JSON document" },
    { command: "genesys queues list --name 'B*' --jq .id", description: "The ids of some" }
  ])
)
