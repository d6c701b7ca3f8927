/** What `genesys conversations get` does. */
import { ConversationDetails } from "@effect-genesys/client/ConversationDetails"
import { NotFoundError } from "@effect-genesys/client/GenesysError"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as OneShot from "../calls/OneShot.ts"
import * as Output from "../output/Output.ts"
import type { Get } from "./flags.ts"
import * as Shown from "./Shown.ts"

const none = (id: string) =>
  new NotFoundError({
    api: { method: "GET", path: "/api/v2/analytics/conversations/details" },
    details: [],
    message: `There is no conversation ${id}. Check the id, or find it with genesys conversations query --interval.`
  })

export const run = Effect.fnUntraced(function* ({ id }: Get) {
  const printer = yield* Output.make({ columns: Shown.columns })
  yield* Effect.gen(function* () {
    const [row] = yield* ConversationDetails.use((details) => details.byIdsRaw([id]))
    if (row === undefined) return yield* none(id)
    if (!printer.isLooked) return yield* printer.value(row)
    const show = yield* Shown.make({ zone: printer.isTable ? DateTime.zoneMakeLocal() : undefined })
    const [shown] = yield* show([row])
    return yield* printer.value(shown)
  }).pipe(Effect.provide(OneShot.layer))
})
