/**
 * What a worker answers over HTTP: `GET /healthz` (it lives), `/readyz` (503 with the reasons when it cannot work), `/metrics`
 * for Prometheus, `/status` as JSON, and `/`, a page that shows it. There is no authentication, so it listens on loopback unless told otherwise.
 *
 * `/healthz` and `/readyz` may be asked by any name, as orchestrators do; what tells more (`/status`, `/metrics` and the reasons of
 * `/readyz`), by a name of this machine (`localhost`, `127.0.0.1`) or of `hosts`, and beyond loopback also by any address and by
 * `host`. Other names are answered with 421, and requests of other web pages with 403.
 */
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodeHttpPlatform from "@effect/platform-node/NodeHttpPlatform"
import * as NodePath from "@effect/platform-node/NodePath"
import * as Effect from "effect/Effect"
import * as Etag from "effect/http/Etag"
import * as HttpEffect from "effect/http/HttpEffect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as HttpListener from "@effect-genesys/program/HttpListener"
import { settingNames } from "@effect-genesys/core/Settings"
import { metricsText } from "./metricsText.ts"
import * as WorkerAccess from "./workerAccess.ts"
import { WorkerView } from "./WorkerView.ts"
import * as StatusPage from "./statusPage.ts"
import type { Http } from "../settings/WorkerSettings.ts"

/** Far more than orchestrators, collectors and people need. */
const connections = 128

const forAll = new Set(["/healthz", "/readyz"])

const routesOf = (http: Http) =>
  Layer.mergeAll(
    StatusPage.routes,
    HttpRouter.add("GET", "/healthz", HttpServerResponse.text("ok\n")),
    HttpRouter.add(
      "GET",
      "/readyz",
      Effect.gen(function* () {
        const { headers } = yield* HttpServerRequest.HttpServerRequest
        const reasons = yield* WorkerView.use(({ unready }) => unready)
        const ready = reasons.length === 0
        return HttpServerResponse.jsonUnsafe(
          // They name orgs.
          WorkerAccess.judge(http, headers) === undefined ? { ready, reasons } : { ready },
          { status: ready ? 200 : 503 }
        )
      })
    ),
    HttpRouter.add(
      "GET",
      "/status",
      Effect.map(
        WorkerView.use(({ status }) => status),
        (status) => HttpServerResponse.jsonUnsafe(status)
      )
    ),
    HttpRouter.add(
      "GET",
      "/metrics",
      Effect.map(metricsText, (text) =>
        HttpServerResponse.text(text, { contentType: "text/plain; version=0.0.4; charset=utf-8" })
      )
    )
  )

const unsniffed = HttpServerResponse.setHeader("x-content-type-options", "nosniff")

/** All but what is for all is kept from whoever it is not for, whatever answers it. */
const guarded =
  (http: Http) =>
  <E, R>(app: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>) =>
    Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ headers, url }) => {
      const refusal = forAll.has(url.split("?", 1)[0] ?? "") ? undefined : WorkerAccess.judge(http, headers)
      return refusal === undefined
        ? HttpEffect.withPreResponseHandler(app, (_, response) => Effect.succeed(unsniffed(response)))
        : Effect.succeed(HttpServerResponse.text(refusal.text, { status: refusal.status }))
    })

const listening = ({ host = "127.0.0.1" }: Http) =>
  Layer.effectDiscard(
    Effect.gen(function* () {
      const { address } = yield* HttpServer.HttpServer
      const url = HttpServer.formatAddress(address)
      yield* Effect.logInfo("listening").pipe(Effect.annotateLogs({ event: "http.listening", url }))
      if (WorkerAccess.isOfThisMachine(host)) return
      yield* Effect.logWarning("whoever reaches this machine can read /status and /metrics").pipe(
        Effect.annotateLogs({ event: "http.open", host })
      )
    })
  )

/** Of Node, without a terminal and programs to start. */
const platform = Layer.mergeAll(NodeHttpPlatform.layer, Etag.layerWeak, NodeFileSystem.layer, NodePath.layer)

/** A request that runs when the worker ends has a second to be answered. */
export const layer = (http: Http): Layer.Layer<never, ConfigurationError, WorkerView> => {
  const { host = "127.0.0.1", port } = http
  const server = Layer.effect(
    HttpServer.HttpServer,
    HttpListener.open({ ...HttpListener.brief, place: { host, port }, connections })
  )
  return Layer.merge(
    HttpRouter.serve(routesOf(http), { disableLogger: true, disableListenLog: true, middleware: guarded(http) }),
    listening(http)
  ).pipe(
    Layer.provide([server, platform]),
    Layer.catch(() =>
      Layer.effectContext(
        Effect.fail(
          new ConfigurationError({
            setting: settingNames.workerPort,
            message: `GENESYS_WORKER_PORT ${port} at ${host} cannot be listened on, perhaps because another program does. Choose another one.`
          })
        )
      )
    )
  )
}
