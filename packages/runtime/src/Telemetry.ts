/**
 * Traces, metrics and logs over OTLP (HTTP, JSON), for whatever collector `OTEL_EXPORTER_OTLP_ENDPOINT` names; nothing without
 * it. The other settings of OpenTelemetry's environment count too. What is logged is still logged here.
 */
import * as Setting from "@effect-genesys/auth/Setting"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Otlp from "effect/observability/Otlp"
import * as OtlpSerialization from "effect/observability/OtlpSerialization"
import * as Option from "effect/Option"
import { version } from "./Version.ts"

/** @param name what the service is called, unless `OTEL_SERVICE_NAME` says so */
export const layer = (name: string) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const endpoint = yield* Setting.optional("OTEL_EXPORTER_OTLP_ENDPOINT")
      if (Option.isNone(endpoint)) return Layer.empty
      const given = yield* Effect.orDie(Config.option(Config.String("OTEL_SERVICE_NAME")))
      return Otlp.layerFromConfig({
        resource: { serviceName: Option.getOrElse(given, () => name), serviceVersion: version },
        loggerMergeWithExisting: true
      }).pipe(Layer.provide([NodeHttpClient.layerUndici, OtlpSerialization.layerJson]))
    })
  )
