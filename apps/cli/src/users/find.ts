/** What `genesys users find` does. */
import * as Effect from "effect/Effect"
import * as OneShot from "../calls/OneShot.ts"
import * as Output from "../output/Output.ts"
import { columns } from "./columns.ts"
import type { Find } from "./flags.ts"
import * as UserSearch from "./UserSearch.ts"

export const run = Effect.fnUntraced(function* ({ who }: Find) {
  const printer = yield* Output.make({ columns })
  yield* Effect.provide(printer.rows(UserSearch.users(who)), OneShot.layer)
})
