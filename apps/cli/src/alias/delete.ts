/** What `genesys alias delete` does. */
import { UsageError } from "@effect-genesys/program/UsageError"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as UserSettings from "../config/UserSettings.ts"
import type { Delete } from "./flags.ts"

export const run = Effect.fnUntraced(function* ({ name }: Delete) {
  const { aliases } = yield* UserSettings.read
  if (!Object.hasOwn(aliases, name)) {
    return yield* new UsageError({
      message: `There is no alias ${JSON.stringify(name)}. genesys alias list shows them.`
    })
  }
  yield* UserSettings.change((before) => {
    const { [name]: _, ...rest } = before.aliases
    return { ...before, aliases: rest }
  })
  yield* Console.error(`The alias ${name} is deleted.`)
})
