/** `genesys conversations export`: every conversation of an interval, however often it is interrupted. */
import { ConversationDetails } from "@effect-genesys/client/ConversationDetails"
import * as ConversationRows from "@effect-genesys/export/ConversationRows"
import { PositiveDuration } from "@effect-genesys/program/DurationText"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as ExportFlags from "../../export/ExportFlags.ts"
import { exporting, type FileTarget } from "../../export/Exporting.ts"
import * as FileExport from "../../export/FileExport.ts"
import * as Progress from "../../output/Progress.ts"
import { interval } from "./interval.ts"

const decodeId = Schema.decodeUnknownOption(Schema.Struct({ conversationId: Schema.String }))
const key = (row: unknown) => Option.getOrUndefined(Option.map(decodeId(row), ({ conversationId }) => conversationId))

const flags = {
  interval,
  ...ExportFlags.exportFlags,
  jobWait: Flag.String("job-wait").pipe(
    Flag.withDescription("How long a day may wait in Genesys' queue of jobs, such as 90m; left out, 4h"),
    Flag.withMetavar("duration"),
    Flag.withSchema(PositiveDuration),
    Flag.optional
  ),
  openEvery: Flag.String("open-every").pipe(
    Flag.withDescription(
      "How often a day that is not over is read again while jobs for others are waited for; left out, 15m. For a directory or database"
    ),
    Flag.withMetavar("duration"),
    Flag.withSchema(PositiveDuration),
    Flag.optional
  )
}

const toFile = Effect.fnUntraced(function* (to: FileTarget, wanted: ConversationRows.RowsOptions) {
  const details = yield* ConversationDetails
  const total = Effect.map(details.query({ interval: wanted.interval, pageSize: 1 }), ({ totalHits }) => totalHits)
  const rows = ConversationRows.ofInterval(wanted).pipe(Progress.rows({ what: "conversations", total, file: true }))
  const identity = `conversations of ${wanted.interval}`
  const count = yield* FileExport.run({ ...to, identity, rows, key })
  if (process.stderr.isTTY) yield* Console.error(`${count.toLocaleString("en-US")} conversations in ${to.file}.`)
})

export const exportConversations = Command.make(
  "export",
  flags,
  ({ interval: wanted, jobWait: wait, openEvery: open, ...given }) => {
    const jobWait = Option.getOrUndefined(wait)
    return exporting(given, {
      file: (file) => toFile(file, { interval: wanted, jobWait }),
      sink: (once, sink) => once.conversations(wanted, sink, { jobWait, openEvery: Option.getOrUndefined(open) })
    })
  }
).pipe(
  Command.withDescription(
    "Export the conversations that started on a UTC day which the interval touches, by jobs. A file is written as FILE.part, which becomes FILE when it is complete. A directory gets a file for each whole day, with the layout, lock and checkpoint of genesys-worker; days that may still have changed are read again. Interrupted, killed or out of disk: run the same command again, and it goes on."
  ),
  Command.withShortDescription("Export the conversations of an interval to a file or a directory"),
  Command.withExamples([
    { command: "genesys conversations export --interval 2025-11-03 --out november-3.ndjson", description: "A day" },
    {
      command: "genesys conversations export --interval 2025-11-03 --out november-3.ndjson --force",
      description: "The day again, over the file"
    },
    {
      command: "genesys conversations export --interval 2025-11-01/2025-11-04 --out conversations/ --compression gzip",
      description: "A file for each of three days; run it again to bring them up to date"
    }
  ])
)
