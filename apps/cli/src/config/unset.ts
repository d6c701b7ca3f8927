/** What `genesys config unset` does. */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import type { Get } from "./flags.ts"
import * as Known from "./Known.ts"

export const run = Effect.fnUntraced(function* ({ name }: Get) {
  yield* Known.unset(name)
  yield* Console.error(`${name} is not set any more.`)
})
