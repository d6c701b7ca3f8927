/**
 * All that the simulator serves, as one definition: the routes, the checks of what comes in, and the OpenAPI document are
 * made from it.
 */
import * as HttpApi from "effect/http-api/HttpApi"
import * as OpenApi from "effect/http-api/OpenApi"
import { AggregatesApi } from "./AggregatesApi.ts"
import { AnalyticsApi } from "./AnalyticsApi.ts"
import { AnalyticsJobsApi } from "./AnalyticsJobsApi.ts"
import { AuditsApi } from "./AuditsApi.ts"
import { ControlApi } from "./ControlApi.ts"
import { DirectoryApi } from "./DirectoryApi.ts"
import { ListsApi } from "./ListsApi.ts"
import { NotificationsApi } from "./NotificationsApi.ts"
import { OAuthApi } from "./OAuthApi.ts"
import { OAuthClientsApi } from "./OAuthClientsApi.ts"
import { OperationsApi } from "./OperationsApi.ts"
import { RecordingsApi } from "./RecordingsApi.ts"
import { QualityApi } from "./QualityApi.ts"
import { TokensApi } from "./TokensApi.ts"
import { TruthApi } from "./TruthApi.ts"
import { UsageApi } from "./UsageApi.ts"
import { UserDetailsApi } from "./UserDetailsApi.ts"
import { UsersApi } from "./UsersApi.ts"

/** All endpoints of the simulator. */
export class SimulatorApi extends HttpApi.make("genesys-cloud-simulator")
  .add(OAuthApi)
  .add(OAuthClientsApi)
  .add(TokensApi)
  .add(UsersApi)
  .add(AnalyticsApi)
  .add(AnalyticsJobsApi)
  .add(AggregatesApi)
  .add(UserDetailsApi)
  .add(DirectoryApi)
  .add(AuditsApi)
  .add(QualityApi)
  .add(RecordingsApi)
  .add(ListsApi)
  .add(UsageApi)
  .add(NotificationsApi)
  .add(ControlApi)
  .add(TruthApi)
  .add(OperationsApi)
  .annotateMerge(OpenApi.annotations({ title: "A Genesys Cloud on this machine" })) {}
