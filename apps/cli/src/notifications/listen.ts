/** What `genesys notifications listen` does. */
import { Notifications } from "@effect-genesys/client/Notifications"
import * as Identity from "@effect-genesys/program/Identity"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as Genesys from "../calls/Genesys.ts"
import * as Output from "../output/Output.ts"
import type { Listen } from "./flags.ts"

/** It lives long enough to renew its token ahead of time, and shares it all the same. */
const layer = Notifications.layer.pipe(Layer.provide(Genesys.layer), Layer.provide(Identity.layerStore))

export const run = Effect.fnUntraced(function* ({ topics }: Listen) {
  const printer = yield* Output.make({ format: "ndjson", endless: true })
  const events = Stream.unwrap(Effect.map(Notifications, (notifications) => notifications.listen(topics)))
  yield* Effect.provide(printer.rows(events), layer)
})
