/** What `genesys users list` does. */
import { Users } from "@effect-genesys/client/Users"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as CallFlags from "../calls/CallFlags.ts"
import * as OneShot from "../calls/OneShot.ts"
import { limited, pagesAhead } from "../output/ListFlags.ts"
import * as Output from "../output/Output.ts"
import * as Progress from "../output/Progress.ts"
import { columns } from "./columns.ts"
import type { List } from "./flags.ts"

export const run = Effect.fnUntraced(function* ({ state }: List) {
  const printer = yield* Output.make({ columns })
  const lookAhead = yield* pagesAhead
  const rows = Stream.unwrap(Effect.map(Users, (users) => users.listAllRaw({ state, lookAhead })))
  const total = Users.use((users) => Effect.map(users.list({ state, pageSize: 1 }), (page) => page.total))
  yield* printer
    .rows(rows.pipe(limited, Progress.rows({ what: "users", total })))
    .pipe(CallFlags.patiently, Effect.provide(OneShot.layer))
})
