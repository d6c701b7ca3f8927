/** What `genesys config set` does. */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import type { Set } from "./flags.ts"
import * as Known from "./Known.ts"

export const run = Effect.fnUntraced(function* ({ name, value }: Set) {
  yield* Known.set(name, value.trim())
  yield* Console.error(`${name} is ${value.trim()} now: ${Known.descriptions[name]}.`)
})
