/** `genesys users export`: every user with every field, however often it is interrupted. */
import { Users } from "@effect-genesys/client/Users"
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
import { states } from "./state.ts"

const flags = {
  ...ExportFlags.exportFlags,
  state: Flag.Literals("state", states).pipe(
    Flag.withDescription("Only users in this state; left out, all, deleted ones too"),
    Flag.withDefault("any" as const)
  ),
  expand: Flag.String("expand").pipe(
    Flag.withDescription("A field to add, such as presence; several times for several"),
    Flag.withMetavar("field"),
    Flag.atLeast(0)
  )
}

const decodeId = Schema.decodeUnknownOption(Schema.Struct({ id: Schema.String }))
const key = (row: unknown) => Option.getOrUndefined(Option.map(decodeId(row), ({ id }) => id))

interface Wanted {
  readonly state: (typeof states)[number]
  readonly expand: ReadonlyArray<string> | undefined
}

const toFile = Effect.fnUntraced(function* (to: FileTarget, { expand, state }: Wanted) {
  const users = yield* Users
  const total = Effect.map(users.list({ state, pageSize: 1 }), (page) => page.total)
  const rows = users
    .listAllRaw({ state, expand, lookAhead: 4 })
    .pipe(Progress.rows({ what: "users", total, file: true }))
  const identity = `users: ${[state, ...(expand ?? [])].join(" ")}`
  const count = yield* FileExport.run({ ...to, identity, rows, key })
  if (process.stderr.isTTY) yield* Console.error(`${count.toLocaleString("en-US")} users in ${to.file}.`)
})

export const exportUsers = Command.make("export", flags, ({ expand, state, ...given }) => {
  const wanted = { expand: expand.length === 0 ? undefined : expand, state }
  return exporting(given, {
    file: (file) => toFile(file, wanted),
    sink: (once, sink) => once.users(wanted, sink)
  })
}).pipe(
  Command.withDescription(
    "Export all users with every field. A file is written as FILE.part, which becomes FILE when it is complete. A directory has the layout, lock and checkpoint of genesys-worker, and keeps users that are not listed any more. Interrupted, killed or out of disk: run the same command again."
  ),
  Command.withShortDescription("Export all users to a file or a directory"),
  Command.withExamples([
    { command: "genesys users export --out users.ndjson --force", description: "To a file, over the one of before" },
    {
      command: "genesys users export --out copy/ --expand presence",
      description: "With their presence, to a directory"
    }
  ])
)
