/** OTLP as JSON, whose log records are as safe to show as the log here: whoever looks at a collector has a terminal, too. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as OtlpLogger from "effect/observability/OtlpLogger"
import type * as OtlpResource from "effect/observability/OtlpResource"
import * as OtlpSerialization from "effect/observability/OtlpSerialization"
import * as TerminalText from "@effect-genesys/program/TerminalText"

/** The logger makes texts and lists of values. */
const value =
  (to: (text: string) => string) =>
  (given: OtlpResource.AnyValue): OtlpResource.AnyValue => {
    if (typeof given.stringValue === "string") return { stringValue: to(given.stringValue) }
    return given.arrayValue === undefined ? given : { arrayValue: { values: given.arrayValue.values.map(value(to)) } }
  }

/** A stack has many lines, and a field of its own for them. */
const attribute = ({ key, value: given }: OtlpResource.KeyValue): OtlpResource.KeyValue => ({
  key: TerminalText.line(key),
  value: value(key === "exception.stacktrace" ? TerminalText.clean : TerminalText.line)(given)
})

/** In place, for they are made for this; what is sent again is clean already. */
const clean = (data: OtlpLogger.LogsData): OtlpLogger.LogsData => {
  const records = data.resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords = [] }) => logRecords))
  for (const record of records) {
    if (record.body !== undefined) record.body = value(TerminalText.line)(record.body)
    record.attributes = record.attributes.map(attribute)
  }
  return data
}

export const layer: Layer.Layer<OtlpSerialization.OtlpSerialization> = Layer.effect(
  OtlpSerialization.OtlpSerialization,
  Effect.map(OtlpSerialization.OtlpSerialization, (json) => ({ ...json, logs: (data) => json.logs(clean(data)) }))
).pipe(Layer.provide(OtlpSerialization.layerJson))
