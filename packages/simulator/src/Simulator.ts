/**
 * A Genesys Cloud on this machine: OAuth, users, analytics, rate limits, faults. Use it over HTTP for programs, in memory for
 * tests under TestClock. It takes its time from `Clock` alone, and starts anew with every layer.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as ByteSize from "effect/ByteSize"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage"
import type * as HttpServerError from "effect/http/HttpServerError"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { createServer } from "node:http"
import type { Socket } from "node:net"
import type { ItemChange } from "./api/ControlApi.ts"
import type { Conversation } from "./api/Conversation.ts"
import type { OperationsView } from "./api/OperationsApi.ts"
import type { Fault } from "./Fault.ts"
import { App } from "./internal/app.ts"
import { Control } from "./internal/control/control.ts"
import { Conversations } from "./internal/analytics/conversations.ts"
import * as FactTruth from "./internal/control/factTruth.ts"
import { isLoopback } from "./internal/control/localOnly.ts"
import { type Item, Lists } from "./internal/lists/lists.ts"
import * as ListTruth from "./internal/lists/listTruth.ts"
import { Events, type Event as Told } from "./internal/notifications/events.ts"
import { Operations } from "./internal/shaped/operations.ts"
import { Settings } from "./internal/shared/settings.ts"
import * as Truth from "./internal/analytics/truth.ts"
import type { Journal } from "./Journal.ts"
import type { Limits, LimitsChange } from "./Limits.ts"
import type { ClientChange, UnknownClientError } from "./OAuthClient.ts"
import type { SimulatorOptions } from "./SimulatorOptions.ts"

/**
 * A Genesys Cloud that runs here: where it is, its client, what it has seen, and what can be done to it. `layer`
 * listens on a port, `layerHttpClient` is an `HttpClient` in memory.
 */
export class Simulator extends Context.Service<
  Simulator,
  {
    /** Such as `http://127.0.0.1:49152`: the login host and the API host are the same. In memory `http://localhost`. */
    readonly url: string
    /** The default client. */
    readonly clientId: string
    /** The secret that the default client started with. */
    readonly clientSecret: Redacted.Redacted
    /** Kills every live token, and answers how many there were. */
    readonly revokeTokens: Effect.Effect<number>
    /** Puts a fault in force, and answers its id. */
    readonly addFault: (fault: Fault) => Effect.Effect<string>
    readonly clearFaults: Effect.Effect<void>
    /** Rotates the secret of a client, or disables it, which kills its tokens at once. */
    readonly updateClient: (id: string, change: ClientChange) => Effect.Effect<void, UnknownClientError>
    /** What it has seen so far. */
    readonly journal: Effect.Effect<Journal>
    readonly clearJournal: Effect.Effect<void>
    /**
     * Every conversation that started on a UTC day, such as `2026-11-23`, as it is known when the stream is run: what a
     * faithful copy holds then. In the order of their starts. Anything but a day is a defect.
     */
    readonly truth: (day: string) => Stream.Stream<Conversation>
    /**
     * What a list of the org has at this moment: what a faithful copy holds then. Of members each has the id of what it is a member of,
     * such as `queueId`.
     */
    readonly list: (name: ListTruth.ListName) => Effect.Effect<ReadonlyArray<Item>>
    /**
     * What else is known of a UTC day at this moment, such as `audits` of it: what a faithful copy holds then. Anything but a day is a defect.
     */
    readonly facts: (kind: FactTruth.FactKind, day: string) => Effect.Effect<ReadonlyArray<FactTruth.Fact>>
    /** Deletes, renames or brings back an item of a list, by its id; a member by `{queueId}:{userId}`. */
    readonly changeItem: (id: string, change: ItemChange) => Effect.Effect<void>
    /**
     * What has happened of these topics after `from`, up to `to`, both in milliseconds since 1970: what whoever was subscribed to them all
     * the while was told.
     */
    readonly events: (topics: Iterable<string>, from: number, to: number) => ReadonlyArray<Told>
    /** Milliseconds since 1970 by its clock: `Clock`, and what it was advanced. */
    readonly now: Effect.Effect<number>
    /** Lets so many seconds pass for it at once: for programs that run in real time. */
    readonly advanceClock: (seconds: number) => Effect.Effect<void>
    /** Raises or lowers the limits, and answers those that are now in force. */
    readonly setLimits: (change: LimitsChange) => Effect.Effect<Limits>
    /**
     * Has the open WebSockets announce with `v2.system.socket_closing` that they close in so many seconds, and close then, as
     * Genesys does for maintenance. Their channels live on.
     */
    readonly closeSockets: (afterSeconds: number) => Effect.Effect<void>
    /** Which operations of Genesys Cloud it imitates, and of which it only gives the answers the right shape. */
    readonly operations: Effect.Effect<OperationsView>
  }
>()("@effect-genesys/simulator/Simulator") {
  /** Over HTTP, on a free port of the loopback interface unless told otherwise. Closing it breaks off what is under way. */
  static readonly layer = (options: SimulatorOptions = {}): Layer.Layer<Simulator, HttpServerError.ServeError> =>
    Layer.effect(Simulator, Effect.flatMap(serve, make)).pipe(Layer.provide(App.layer(options)))

  /**
   * In memory: an `HttpClient` that brings every request, whatever its host, to the simulator, in the caller's own fiber and
   * with the caller's clock. No socket is opened.
   */
  static readonly layerHttpClient = (options: SimulatorOptions = {}): Layer.Layer<Simulator | HttpClient.HttpClient> =>
    Layer.merge(Layer.effect(Simulator, make("http://localhost")), Layer.effect(HttpClient.HttpClient, client)).pipe(
      Layer.provide(App.layer(options))
    )
}

const make = Effect.fnUntraced(function* (url: string) {
  const control = yield* Control
  const { clients } = yield* Settings
  const world = yield* Conversations
  const lists = yield* Lists
  const facts = yield* FactTruth.make
  const events = yield* Events
  const { view } = yield* Operations
  return Simulator.of({
    url,
    clientId: clients[0].id,
    clientSecret: clients[0].secret,
    revokeTokens: control.revokeTokens,
    addFault: control.addFault,
    clearFaults: control.clearFaults,
    updateClient: control.updateClient,
    journal: control.journal,
    clearJournal: control.clearJournal,
    truth: (day) => Stream.unwrap(Effect.map(control.now, (now) => Truth.ofDay(world, Truth.Day.make(day), now))),
    list: (name) => Effect.map(control.now, (now) => ListTruth.of(lists, name, now)),
    facts: (kind, day) => Effect.map(control.now, (now) => facts(kind, Truth.Day.make(day), now)),
    changeItem: control.changeItem,
    events: (topics, from, to) => events.happened(new Set(topics), from, to),
    now: control.now,
    advanceClock: control.advanceClock,
    setLimits: control.setLimits,
    closeSockets: control.closeSockets,
    operations: Effect.sync(view)
  })
})

/** Longer than any request of the API. What is longer is refused, and not held in memory. */
const maxBody = ByteSize.mebibytes(10)

/** Programs send pings, and nothing else. */
const websocket = { maxPayload: 64 * 1024 }

/** How long whoever has been answered may keep a connection that was to be an upgraded one. Milliseconds. */
const patience = 2_000

/** Answers the URL. */
const serve = Effect.gen(function* () {
  const { answer } = yield* App
  const { host, port } = yield* Settings
  const node = createServer()
  const connections = new Set<Socket>()
  node.on("connection", (socket) => {
    connections.add(socket)
    socket.once("close", () => connections.delete(socket))
  })
  // Node has handed these over, and looks for no end of theirs.
  node.on("upgrade", (_, socket) => {
    socket.once("finish", () => {
      const timer = setTimeout(() => socket.destroy(), patience)
      socket.once("close", () => clearTimeout(timer))
    })
  })
  const scope = yield* Scope.make()
  // A shutdown that waits would wait for ever for a request that a fault lets hang, or for an open WebSocket.
  yield* Effect.addFinalizer((exit) => {
    node.close()
    for (const socket of connections) socket.destroy()
    return Scope.close(scope, exit)
  })
  const server = yield* Scope.provide(
    NodeHttpServer.make(() => node, { host, port, disablePreemptiveShutdown: true, websocket }),
    scope
  )
  // Without a listener, an error of the server, such as no file left for a connection, would end the program.
  node.on("error", () => {})
  if (!isLoopback(host)) {
    yield* Effect.logWarning(`The simulator listens on ${host}: whoever reaches this machine can use it`)
  }
  yield* Scope.provide(server.serve(Effect.interruptible(answer)), scope).pipe(
    Effect.provideService(HttpIncomingMessage.MaxBodySize, maxBody)
  )
  const name = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host
  const bound = server.address._tag === "UnixPathAddress" ? port : server.address.port
  return `http://${name.includes(":") ? `[${name}]` : name}:${bound}`
})

const client = Effect.gen(function* () {
  const { answer } = yield* App
  return HttpClient.make((request) =>
    answer.pipe(
      Effect.map((response) =>
        HttpServerResponse.toClientResponse(request.method === "HEAD" ? HttpServerResponse.empty(response) : response, {
          request
        })
      ),
      Effect.provideService(HttpServerRequest.HttpServerRequest, HttpServerRequest.fromClientRequest(request)),
      Effect.scoped
    )
  )
})
