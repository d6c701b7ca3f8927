/** What `genesys config list` does. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Output from "../output/Output.ts"
import * as Known from "./Known.ts"

export const run = Effect.fnUntraced(function* () {
  const printer = yield* Output.make({ columns: ["setting", "value", "what"] })
  const rows = yield* Effect.forEach(Known.names, (setting) =>
    Effect.map(Known.get(setting), (value) => ({
      setting,
      value: Option.getOrElse(value, () => null),
      what: Known.descriptions[setting]
    }))
  )
  yield* printer.rows(Stream.fromIterable(rows))
})
