/**
 * Traces, metrics and logs over OTLP (HTTP, JSON), for whatever collector `OTEL_EXPORTER_OTLP_ENDPOINT` names, or the endpoint of
 * one of them; nothing without. The other settings of OpenTelemetry's environment count too. What is logged is still logged here.
 */
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import * as Setting from "@effect-genesys/core/Setting"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Otlp from "effect/observability/Otlp"
import * as Option from "effect/Option"
import { settingNames } from "@effect-genesys/core/Settings"
import * as OtlpClient from "./otlpClient.ts"
import * as OtlpJson from "./otlpJson.ts"
import { version } from "@effect-genesys/program/Version"

/** OpenTelemetry's own defaults: whoever names an endpoint need not say what for. */
const defaults = ConfigProvider.layerAdd(
  ConfigProvider.fromEnvRecord({
    OTEL_TRACES_EXPORTER: "otlp",
    OTEL_METRICS_EXPORTER: "otlp",
    OTEL_LOGS_EXPORTER: "otlp"
  })
)

const invalid = (setting: string, message: string) => new ConfigurationError({ setting, message })

const endpoints = ["", "TRACES_", "METRICS_", "LOGS_"].map((signal) => `OTEL_EXPORTER_OTLP_${signal}ENDPOINT`)

const checked = (setting: string) =>
  Effect.tap(Setting.optional(setting), (endpoint) =>
    Option.exists(endpoint, (text) => !/^https?:\/\//.test(text) || !URL.canParse(text))
      ? Effect.fail(invalid(setting, `${setting} is not valid: it must be a URL such as http://localhost:4318.`))
      : Effect.void
  )

/** @param name what the service is called, unless `OTEL_SERVICE_NAME` says so */
export const layer = (name: string) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const named = Option.firstSomeOf(yield* Effect.forEach(endpoints, checked))
      if (Option.isNone(named)) return Layer.empty
      const given = yield* Effect.orDie(Config.option(Config.String(settingNames.serviceName)))
      return Otlp.layerFromConfig({
        resource: { serviceName: Option.getOrElse(given, () => name), serviceVersion: version },
        loggerMergeWithExisting: true
      }).pipe(
        Layer.provide([OtlpClient.layer, OtlpJson.layer, defaults]),
        Layer.catchCause(() =>
          Layer.effectContext(
            Effect.fail(invalid("OTEL_", "One of the OTEL_ settings is not valid. Check those that are set."))
          )
        )
      )
    })
  )
