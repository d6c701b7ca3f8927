/**
 * What a worker answers over HTTP: `GET /healthz` (it lives), `/readyz` (503 with the reasons when it cannot work), `/metrics`
 * for Prometheus and `/status` as JSON. There is no authentication, so it listens on loopback unless told otherwise.
 */
import { ConfigurationError } from "@effect-genesys/auth/ConfigurationError"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as PrometheusMetrics from "effect/observability/PrometheusMetrics"
import { createServer } from "node:http"
import { Worker } from "./Worker.ts"
import type { Http } from "./WorkerSettings.ts"

const routes = Layer.mergeAll(
  HttpRouter.add("GET", "/healthz", HttpServerResponse.text("ok\n")),
  HttpRouter.add(
    "GET",
    "/readyz",
    Effect.map(
      Worker.use(({ unready }) => unready),
      (reasons) =>
        HttpServerResponse.jsonUnsafe(
          { ready: reasons.length === 0, reasons },
          { status: reasons.length === 0 ? 200 : 503 }
        )
    )
  ),
  HttpRouter.add(
    "GET",
    "/status",
    Effect.map(
      Worker.use(({ status }) => status),
      (status) => HttpServerResponse.jsonUnsafe(status)
    )
  ),
  PrometheusMetrics.layerHttp()
)

const listening = Layer.effectDiscard(
  Effect.gen(function* () {
    const { address } = yield* HttpServer.HttpServer
    const url = HttpServer.formatAddress(address)
    yield* Effect.logInfo("listening").pipe(Effect.annotateLogs({ event: "http.listening", url }))
  })
)

/** A request that runs when the worker ends has a second to be answered. */
export const layer = ({ host = "127.0.0.1", port }: Http): Layer.Layer<never, ConfigurationError, Worker> =>
  Layer.merge(HttpRouter.serve(routes, { disableLogger: true, disableListenLog: true }), listening).pipe(
    Layer.provide(NodeHttpServer.layer(createServer, { host, port, gracefulShutdownTimeout: "1 second" })),
    Layer.catch(() =>
      Layer.effectContext(
        Effect.fail(
          new ConfigurationError({
            setting: "GENESYS_WORKER_PORT",
            message: `GENESYS_WORKER_PORT ${port} at ${host} cannot be listened on, perhaps because another program does. Choose another one.`
          })
        )
      )
    )
  )
