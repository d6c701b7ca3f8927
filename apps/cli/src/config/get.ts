/** What `genesys config get` does. */
import { UsageError } from "@effect-genesys/program/UsageError"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Get } from "./flags.ts"
import * as Known from "./Known.ts"

export const run = Effect.fnUntraced(function* ({ name }: Get) {
  const value = yield* Known.get(name)
  if (Option.isNone(value)) {
    return yield* new UsageError({ message: `${name} is not set. Set it with genesys config set ${name} VALUE.` })
  }
  yield* Console.log(value.value)
})
