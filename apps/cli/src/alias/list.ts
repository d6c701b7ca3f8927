/** What `genesys alias list` does. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as CallLine from "../calls/CallLine.ts"
import * as UserSettings from "../config/UserSettings.ts"
import * as Output from "../output/Output.ts"

export const run = Effect.fnUntraced(function* () {
  const printer = yield* Output.make({ columns: ["alias", "call"] })
  const { aliases } = yield* UserSettings.read
  const rows = Object.entries(aliases).map(([alias, call]) => ({ alias, call: CallLine.of(call) }))
  yield* printer.rows(Stream.fromIterable(rows))
})
