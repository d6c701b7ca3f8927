/** What `genesys conversations export` does. */
import { ConversationDetails } from "@effect-genesys/client/ConversationDetails"
import * as ConversationRows from "@effect-genesys/export/ConversationRows"
import { UsageError } from "@effect-genesys/program/UsageError"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { exporting, type FileTarget } from "../export/Exporting.ts"
import * as FileExport from "../export/FileExport.ts"
import * as Progress from "../output/Progress.ts"
import type { Export } from "./flags.ts"
import * as Interval from "./Interval.ts"

const decodeId = Schema.decodeUnknownOption(Schema.Struct({ conversationId: Schema.String }))
const key = (row: unknown) => Option.getOrUndefined(Option.map(decodeId(row), ({ conversationId }) => conversationId))

const toFile = Effect.fnUntraced(function* (to: FileTarget, wanted: ConversationRows.RowsOptions) {
  const details = yield* ConversationDetails
  const total = Effect.map(details.query({ interval: wanted.interval, pageSize: 1 }), ({ totalHits }) => totalHits)
  const rows = ConversationRows.ofInterval(wanted).pipe(
    Progress.rows({ what: "conversations", total, before: "Genesys prepares", file: true })
  )
  const identity = `conversations of ${wanted.interval}`
  const count = yield* FileExport.run({ ...to, identity, rows, key })
  if (process.stderr.isTTY) yield* Console.error(`${count.toLocaleString("en-US")} conversations in ${to.file}.`)
})

const isOfWholeDays = (interval: string) => interval.split("/").every((moment) => moment.includes("T00:00:00.000Z"))

export const run = ({ interval, jobWait: wait, openEvery: open, zone, ...given }: Export) => {
  const jobWait = Option.getOrUndefined(wait)
  return exporting(
    given,
    {
      file: (file) =>
        Option.isSome(open)
          ? Effect.fail(
              new UsageError({
                message: "--open-every is for a directory or database, which is brought up to date. Leave it out."
              })
            )
          : Effect.flatMap(Interval.resolve(interval, zone), (wanted) => toFile(file, { interval: wanted, jobWait })),
      sink: Effect.fnUntraced(function* (once, sink) {
        const wanted = yield* Interval.resolveDays(interval, zone)
        if (!isOfWholeDays(wanted)) {
          return yield* new UsageError({
            message:
              "A directory or database is kept by whole UTC days: write --interval with days alone, such as 2025-11-03/2025-11-10, and without --time-zone."
          })
        }
        yield* once.conversations(wanted, sink, { jobWait, openEvery: Option.getOrUndefined(open) })
      })
    },
    Option.some({ text: interval, zone })
  )
}
