/**
 * All that the simulator serves, as one definition: the routes, the checks of what comes in, and the OpenAPI document are
 * made from it.
 */
import * as HttpApi from "effect/http-api/HttpApi"
import * as OpenApi from "effect/http-api/OpenApi"
import { AnalyticsApi } from "./AnalyticsApi.ts"
import { ControlApi } from "./ControlApi.ts"
import { OAuthApi } from "./OAuthApi.ts"
import { TokensApi } from "./TokensApi.ts"
import { UsersApi } from "./UsersApi.ts"

export class SimulatorApi extends HttpApi.make("genesys-cloud-simulator")
  .add(OAuthApi)
  .add(TokensApi)
  .add(UsersApi)
  .add(AnalyticsApi)
  .add(ControlApi)
  .annotateMerge(OpenApi.annotations({ title: "A Genesys Cloud on this machine" })) {}
