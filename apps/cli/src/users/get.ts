/** What `genesys users get` does. */
import { Users } from "@effect-genesys/client/Users"
import * as Effect from "effect/Effect"
import * as OneShot from "../calls/OneShot.ts"
import type { Input } from "../commands/users/get.ts"
import * as Output from "../output/Output.ts"
import { columns } from "./columns.ts"

export const run = Effect.fnUntraced(function* ({ id }: Input) {
  const printer = yield* Output.make({ columns })
  const user = yield* Effect.provide(
    Users.use((users) => users.get(id)),
    OneShot.layer
  )
  yield* printer.value(user)
})
