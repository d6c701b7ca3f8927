/**
 * `/_control/conversations?day=YYYY-MM-DD`: for tests of exporters, every conversation that started on a UTC day as it is
 * known now, as NDJSON in the order of their starts. It is no API of Genesys.
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import { Day } from "../internal/analytics/truth.ts"
import { BodyCheck } from "./Authorization.ts"
import { LocalOnly } from "./ControlApi.ts"

export class TruthApi extends HttpApiGroup.make("truth")
  .add(
    HttpApiEndpoint.get("conversations", "/_control/conversations", {
      query: { day: Day },
      success: Schema.String.pipe(HttpApiSchema.asText({ contentType: "application/x-ndjson" }))
    })
  )
  .middleware(BodyCheck)
  .middleware(LocalOnly) {}
