/**
 * For tests of exporters, as NDJSON: `/_control/conversations?day=YYYY-MM-DD`, every conversation that started on a UTC day as it is
 * known now, in the order of their starts; `/_control/lists/{list}`, what a list has now, such as `wrapUpCodes` or `queueMembers`;
 * `/_control/facts/{kind}?day=YYYY-MM-DD`, what else is known of a day now, such as `audits`. It is no API of Genesys.
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import { Day } from "../internal/analytics/truth.ts"
import { ListName } from "../internal/lists/listTruth.ts"
import { FactKind } from "../internal/control/factTruth.ts"
import { BodyCheck } from "./Authorization.ts"
import { LocalOnly } from "./ControlApi.ts"

const Lines = Schema.String.pipe(HttpApiSchema.asText({ contentType: "application/x-ndjson" }))

/** The endpoints that tell what there is. */
export class TruthApi extends HttpApiGroup.make("truth")
  .add(
    HttpApiEndpoint.get("conversations", "/_control/conversations", {
      query: { day: Day },
      success: Lines
    }),
    HttpApiEndpoint.get("facts", "/_control/facts/:kind", {
      params: { kind: FactKind },
      query: { day: Day },
      success: Lines
    }),
    HttpApiEndpoint.get("list", "/_control/lists/:list", { params: { list: ListName }, success: Lines })
  )
  .middleware(BodyCheck)
  .middleware(LocalOnly) {}
