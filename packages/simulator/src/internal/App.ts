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
import { Channels } from "./Channels.ts"
import { Clients } from "./Clients.ts"
import { Control } from "./Control.ts"
import { Conversations } from "./Conversations.ts"
import { Directory } from "./Directory.ts"
import * as Docs from "./Docs.ts"
import { Events } from "./Events.ts"
import { FaultTable } from "./FaultTable.ts"
import * as Gate from "./Gate.ts"
import { AnalyticsLive } from "./handlers/Analytics.ts"
import { AnalyticsJobsLive } from "./handlers/AnalyticsJobs.ts"
import { AuthorizationLive } from "./handlers/Authorization.ts"
import { BodyCheckLive } from "./handlers/BodyCheck.ts"
import { ControlLive } from "./handlers/Control.ts"
import { DirectoryLive } from "./handlers/Directory.ts"
import { LocalOnlyLive } from "./handlers/LocalOnly.ts"
import { NotificationsLive } from "./handlers/Notifications.ts"
import { OAuthLive } from "./handlers/OAuth.ts"
import { OAuthClientsLive } from "./handlers/OAuthClients.ts"
import { TokensLive } from "./handlers/TokensMe.ts"
import { TruthLive } from "./handlers/Truth.ts"
import { UsageLive } from "./handlers/Usage.ts"
import { UsersLive } from "./handlers/UsersSearch.ts"
import { HitFinder } from "./Hits.ts"
import { JobBook } from "./JobBook.ts"
import { Grants } from "./Grants.ts"
import { JournalBook } from "./JournalBook.ts"
import { LimitBook } from "./LimitBook.ts"
import * as ScenarioRun from "./ScenarioRun.ts"
import { Presences } from "./Presences.ts"
import { Settings } from "./Settings.ts"
import { SimulatorClock } from "./SimulatorClock.ts"
import * as Streaming from "./Streaming.ts"
import { Tokens } from "./Tokens.ts"
import { Users } from "./Users.ts"

const Handlers = Layer.mergeAll(
  OAuthLive,
  OAuthClientsLive,
  TokensLive,
  UsersLive,
  AnalyticsLive,
  AnalyticsJobsLive,
  TruthLive,
  ControlLive,
  DirectoryLive,
  UsageLive,
  NotificationsLive
).pipe(Layer.provideMerge([AuthorizationLive, BodyCheckLive, LocalOnlyLive]))

const Routes = HttpApiBuilder.layer(SimulatorApi).pipe(
  Layer.provide(Handlers),
  Layer.merge(Gate.notFound),
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
  static readonly layer = (options: SimulatorOptions): Layer.Layer<App | Control | Conversations | Settings> =>
    Layer.effect(
      App,
      Effect.gen(function* () {
        const router = yield* HttpRouter.toHttpEffect(Routes)
        return App.of({ answer: yield* Gate.make(router) })
      })
    ).pipe(
      Layer.provide(routerConfig),
      Layer.merge(ScenarioRun.layer(options.scenario)),
      Layer.provideMerge(Control.layer),
      Layer.provide([Channels.layer, Events.layer, HitFinder.layer]),
      Layer.provide(Directory.layer),
      Layer.provide([Clients.layer, JobBook.layer, FaultTable.layer, Grants.layer, JournalBook.layer, Tokens.layer]),
      Layer.provideMerge(Conversations.layer),
      Layer.provide([Presences.layer, Users.layer]),
      Layer.provide([LimitBook.layer, SimulatorClock.layer]),
      Layer.provideMerge(Settings.layer(options)),
      Layer.fresh
    )
}
