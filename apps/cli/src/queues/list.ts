/** What `genesys queues list` does. */
import { Routing } from "@effect-genesys/client/Routing"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as CallFlags from "../calls/CallFlags.ts"
import * as OneShot from "../calls/OneShot.ts"
import { limited, pagesAhead } from "../output/ListFlags.ts"
import * as Output from "../output/Output.ts"
import { columns } from "./columns.ts"
import type { List } from "./flags.ts"

export const run = Effect.fnUntraced(function* (flags: List) {
  const printer = yield* Output.make({ columns })
  const lookAhead = yield* pagesAhead
  const name = Option.getOrUndefined(flags.name)
  const rows = Stream.unwrap(Effect.map(Routing, (routing) => routing.allQueues({ name, lookAhead })))
  yield* printer.rows(limited(rows)).pipe(CallFlags.patiently, Effect.provide(OneShot.layer))
})
