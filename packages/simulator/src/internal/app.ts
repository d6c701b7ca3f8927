/**
 * The whole simulator as one effect that answers one request, and the layer of everything behind it. How requests reach it,
 * by socket or in memory, is decided in Simulator.ts.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import type { HttpServerRequest } from "effect/http/HttpServerRequest"
import type { HttpServerResponse } from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { SimulatorApi } from "../api/SimulatorApi.ts"
import type { SimulatorOptions } from "../SimulatorOptions.ts"
import { Audits } from "./audits/audits.ts"
import { AuditsLive } from "./audits/auditsHandlers.ts"
import { Channels } from "./notifications/channels.ts"
import { Clients } from "./login/clients.ts"
import { Control } from "./control/control.ts"
import { Conversations } from "./analytics/conversations.ts"
import { Directory } from "./directory/directory.ts"
import * as Docs from "./docs.ts"
import { Events } from "./notifications/events.ts"
import { FaultTable } from "./control/faultTable.ts"
import * as Gate from "./gate.ts"
import { AggregatesLive } from "./analytics/aggregatesHandlers.ts"
import { UserDetailsLive } from "./analytics/userDetailsHandlers.ts"
import { UserStatus } from "./analytics/userStatus.ts"
import { AnalyticsLive } from "./analytics/analyticsHandlers.ts"
import { AnalyticsJobsLive } from "./analytics/jobsHandlers.ts"
import { Admission } from "./login/admission.ts"
import { AuthorizationLive } from "./login/authorization.ts"
import { BodyCheckLive } from "./shared/bodyCheck.ts"
import { ControlLive } from "./control/controlHandlers.ts"
import { DirectoryLive } from "./directory/directoryHandlers.ts"
import { LocalOnlyLive } from "./control/localOnly.ts"
import { NotificationsLive } from "./notifications/notificationsHandlers.ts"
import { OAuthLive } from "./login/oauthHandlers.ts"
import { OAuthClientsLive } from "./login/clientsHandlers.ts"
import { Lists } from "./lists/lists.ts"
import { ListsLive } from "./lists/listsHandlers.ts"
import { Quality } from "./quality/quality.ts"
import { QualityLive } from "./quality/qualityHandlers.ts"
import { RecordingsLive } from "./quality/recordingsHandlers.ts"
import { TokensLive } from "./login/tokensHandlers.ts"
import { TruthLive } from "./control/truthHandlers.ts"
import { UsageLive } from "./usage/usageHandlers.ts"
import { UsersLive } from "./directory/usersHandlers.ts"
import { JobBook, UserJobBook } from "./analytics/jobBook.ts"
import { Grants } from "./login/grants.ts"
import { JournalBook } from "./shared/journalBook.ts"
import { LimitBook } from "./shared/limitBook.ts"
import { Operations } from "./shaped/operations.ts"
import { OperationsLive } from "./shaped/operationsHandlers.ts"
import * as Shaped from "./shaped/shaped.ts"
import * as ScenarioRun from "./control/scenarioRun.ts"
import { Presences } from "./directory/presences.ts"
import { Settings } from "./shared/settings.ts"
import { SimulatorClock } from "./shared/simulatorClock.ts"
import * as Streaming from "./notifications/streaming.ts"
import { Tokens } from "./login/tokens.ts"
import { Users } from "./directory/users.ts"

const Handlers = Layer.mergeAll(
  OAuthLive,
  OAuthClientsLive,
  TokensLive,
  UsersLive,
  AnalyticsLive,
  AnalyticsJobsLive,
  AggregatesLive,
  UserDetailsLive,
  TruthLive,
  ControlLive,
  DirectoryLive,
  ListsLive,
  UsageLive,
  AuditsLive,
  QualityLive,
  RecordingsLive,
  NotificationsLive,
  OperationsLive
).pipe(Layer.provideMerge([AuthorizationLive, BodyCheckLive, LocalOnlyLive]))

const Routes = HttpApiBuilder.layer(SimulatorApi).pipe(
  Layer.provide(Handlers),
  Layer.merge(Docs.layer),
  Layer.merge(Streaming.layer),
  Layer.provide(HttpServer.layerServices)
)

/** Paths are taken literally, as Genesys does. */
const routerConfig = Layer.succeed(HttpRouter.RouterConfig, { caseSensitive: true, ignoreDuplicateSlashes: false })

export class App extends Context.Service<
  App,
  { readonly answer: Effect.Effect<HttpServerResponse, never, HttpServerRequest | Scope.Scope> }
>()("@effect-genesys/simulator/internal/App") {
  /** With the settings, the control and the conversations of the same simulator. */
  static readonly layer = (
    options: SimulatorOptions
  ): Layer.Layer<
    App | Audits | Control | Conversations | Events | Lists | Operations | Quality | Settings | Users | UserStatus
  > =>
    Layer.effect(
      App,
      Effect.gen(function* () {
        const router = yield* HttpRouter.toHttpEffect(Routes)
        return App.of({ answer: yield* Gate.make(yield* Shaped.over(router)) })
      })
    ).pipe(
      Layer.provide(routerConfig),
      Layer.merge(ScenarioRun.layer),
      Layer.provideMerge(Control.layer),
      Layer.provide([Admission.layer, Channels.layer]),
      Layer.provideMerge(Layer.mergeAll(Audits.layer, Events.layer, Quality.layer)),
      Layer.provideMerge(Lists.layer),
      Layer.provide(Directory.layer),
      Layer.provide([
        Clients.layer,
        JobBook.layer,
        UserJobBook.layer,
        FaultTable.layer,
        Grants.layer,
        JournalBook.layer,
        Tokens.layer
      ]),
      Layer.provide(Presences.layer),
      Layer.provideMerge(UserStatus.layer),
      Layer.provideMerge(Conversations.layer),
      Layer.provideMerge(Users.layer),
      Layer.provide([LimitBook.layer, SimulatorClock.layer]),
      Layer.provideMerge(Operations.layer),
      Layer.provideMerge(Settings.layer(options)),
      Layer.fresh
    )
}
