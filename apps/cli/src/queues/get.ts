/** What `genesys queues get` does. */
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Schema from "effect/Schema"
import * as OneShot from "../calls/OneShot.ts"
import * as Names from "../conversations/Names.ts"
import * as Output from "../output/Output.ts"
import { columns } from "./columns.ts"
import type { Get } from "./flags.ts"

export const run = Effect.fnUntraced(function* ({ queue }: Get) {
  const printer = yield* Output.make({ columns })
  yield* Effect.gen(function* () {
    const id = yield* Names.queueId(queue)
    const client = yield* GenesysClient
    // With every field that Genesys sends.
    yield* printer.value(yield* client.json(HttpClientRequest.get(`/api/v2/routing/queues/${id}`), Schema.Unknown))
  }).pipe(Effect.provide(OneShot.layer))
})
