/** What `genesys queues members` does. */
import * as Pagination from "@effect-genesys/client/Pagination"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Schema from "effect/Schema"
import * as CallFlags from "../calls/CallFlags.ts"
import * as OneShot from "../calls/OneShot.ts"
import * as Names from "../conversations/Names.ts"
import { limited, pagesAhead } from "../output/ListFlags.ts"
import * as Output from "../output/Output.ts"
import { memberColumns } from "./columns.ts"
import type { Get } from "./flags.ts"

export const run = Effect.fnUntraced(function* ({ queue }: Get) {
  const printer = yield* Output.make({ columns: memberColumns })
  const lookAhead = yield* pagesAhead
  yield* Effect.gen(function* () {
    const id = yield* Names.queueId(queue)
    const request = HttpClientRequest.get(`/api/v2/routing/queues/${id}/members`, { urlParams: { pageSize: 100 } })
    yield* printer.rows(limited(Pagination.pageNumber(request, Schema.Unknown, { lookAhead })))
  }).pipe(CallFlags.patiently, Effect.provide(OneShot.layer))
})
