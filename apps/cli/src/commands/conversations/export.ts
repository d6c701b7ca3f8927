/** `genesys conversations export`: every conversation of an interval into a file, however often it is interrupted. */
import { ConversationDetails } from "@effect-genesys/client/ConversationDetails"
import * as CallFlags from "@effect-genesys/runtime/CallFlags"
import * as FileExport from "@effect-genesys/runtime/FileExport"
import * as OneShot from "@effect-genesys/runtime/OneShot"
import * as Progress from "@effect-genesys/runtime/Progress"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { interval } from "./interval.ts"

const flags = {
  interval,
  out: Flag.String("out").pipe(
    Flag.withDescription("The file to write, a line of JSON for each conversation"),
    Flag.withMetavar("file"),
    Flag.withSchema(Schema.NonEmptyString)
  ),
  force: Flag.Boolean("force").pipe(
    Flag.withDescription("Overwrite the file if it exists, and begin anew"),
    Flag.withoutNegation,
    Flag.withDefault(false)
  )
}

const decodeId = Schema.decodeUnknownOption(Schema.Struct({ conversationId: Schema.String }))
const key = (row: unknown) => Option.getOrUndefined(Option.map(decodeId(row), ({ conversationId }) => conversationId))

export const exportConversations = Command.make("export", flags, ({ force, out, ...wanted }) =>
  Effect.gen(function* () {
    const details = yield* ConversationDetails
    const total = Effect.map(details.query({ ...wanted, pageSize: 1 }), ({ totalHits }) => totalHits)
    const rows = details
      .exportRaw({ ...wanted, startOfDayIntervalMatching: true })
      .pipe(Progress.rows({ what: "conversations", total, file: true }))
    const count = yield* FileExport.run({
      file: out,
      force,
      identity: `conversations of ${wanted.interval}`,
      rows,
      key
    })
    if (process.stderr.isTTY) yield* Console.error(`${count.toLocaleString("en-US")} conversations in ${out}.`)
  }).pipe(CallFlags.patiently, Effect.provide(OneShot.layer))
).pipe(
  Command.withDescription(
    "Export the conversations that started on a UTC day which the interval touches, by a job. They go to FILE.part, which becomes FILE when it is complete. Interrupted, killed or out of disk: run the same command again, and it goes on."
  ),
  Command.withShortDescription("Export the conversations of an interval to a file"),
  Command.withExamples([
    { command: "genesys conversations export --interval 2025-11-03 --out november-3.ndjson", description: "A day" },
    {
      command: "genesys conversations export --interval 2025-11-03 --out november-3.ndjson --force",
      description: "The day again, over the file"
    }
  ])
)
