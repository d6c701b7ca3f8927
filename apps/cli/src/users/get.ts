/** What `genesys users get` does. */
import { Users } from "@effect-genesys/client/Users"
import * as Effect from "effect/Effect"
import * as OneShot from "../calls/OneShot.ts"
import * as Output from "../output/Output.ts"
import { columns } from "./columns.ts"
import type { Get } from "./flags.ts"
import * as UserSearch from "./UserSearch.ts"

export const run = Effect.fnUntraced(function* ({ id }: Get) {
  const printer = yield* Output.make({ columns })
  const found = UserSearch.isEmail(id.trim()) ? UserSearch.byEmail(id.trim()) : Users.use((users) => users.get(id))
  const user = yield* Effect.provide(found, OneShot.layer)
  yield* printer.value(user)
})
