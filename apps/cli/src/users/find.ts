/** What `genesys users find` does. */
import * as Effect from "effect/Effect"
import * as OneShot from "../calls/OneShot.ts"
import type { Input } from "../commands/users/find.ts"
import * as Output from "../output/Output.ts"
import { columns } from "./columns.ts"
import * as UserSearch from "./UserSearch.ts"

export const run = Effect.fnUntraced(function* ({ who }: Input) {
  const printer = yield* Output.make({ columns })
  yield* Effect.provide(printer.rows(UserSearch.users(who)), OneShot.layer)
})
