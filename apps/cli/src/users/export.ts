/** What `genesys users export` does. */
import { Users } from "@effect-genesys/client/Users"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { exporting, type FileTarget } from "../export/Exporting.ts"
import * as FileExport from "../export/FileExport.ts"
import * as Progress from "../output/Progress.ts"
import type { Export } from "./flags.ts"
import type { State } from "./States.ts"

const decodeId = Schema.decodeUnknownOption(Schema.Struct({ id: Schema.String }))
const key = (row: unknown) => Option.getOrUndefined(Option.map(decodeId(row), ({ id }) => id))

interface Wanted {
  readonly state: State
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

export const run = ({ expand, state, ...given }: Export) => {
  const wanted = { expand: expand.length === 0 ? undefined : expand, state }
  return exporting(given, {
    file: (file) => toFile(file, wanted),
    sink: (once, sink) => once.users(wanted, sink)
  })
}
