/**
 * What the environment says to a worker: its settings file, and where it answers HTTP. The file is never taken from `.env`, and
 * never found by its name: it says which secrets are sent where, and which programs are run.
 */
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import * as Setting from "@effect-genesys/core/Setting"
import * as Config from "effect/Config"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import { DurationFromText, spanOf } from "@effect-genesys/program/DurationText"
import * as Settings from "@effect-genesys/program/Settings"
import { settingNames } from "@effect-genesys/core/Settings"
import { HostName } from "./HostName.ts"
import type { Http, WorkerSettings } from "./WorkerSettings.ts"

/** `GENESYS_WORKER_FILE`. */
export const file: Effect.Effect<Option.Option<string>, ConfigurationError> = Effect.gen(function* () {
  const { environment } = yield* Settings.Sources
  const name = settingNames.workerFile
  const found = yield* Effect.mapError(
    Config.option(Config.String(name)).parse(environment),
    () => new ConfigurationError({ setting: name, message: `${name} cannot be read: it must be the path of a file.` })
  )
  return Option.filter(found, (path) => path.trim() !== "")
})

const Port = Schema.FiniteFromString.check(Schema.isInt(), Schema.isBetween({ minimum: 0, maximum: 65_535 }))

const optional = <A>(name: string, schema: Schema.Codec<A, string>, expected: string) =>
  Effect.flatMap(
    Setting.optional(name),
    Option.match({
      onNone: () => Effect.succeedNone,
      onSome: (text) => Effect.asSome(Setting.decode(name, text, { schema, expected }))
    })
  )

const HostNames = Schema.String.pipe(
  Schema.decodeTo(
    Schema.Array(HostName),
    SchemaTransformation.transform<ReadonlyArray<string>, string>({
      decode: (text) => text.split(",").map((name) => name.trim()),
      encode: (names) => names.join(",")
    })
  )
)

/** `GENESYS_WORKER_PORT`, `GENESYS_WORKER_HOST` and `GENESYS_WORKER_HOSTS`, then the file; none if neither names a port. */
export const http = Effect.fnUntraced(function* (
  settings: WorkerSettings | undefined
): Effect.fn.Return<Option.Option<Http>, ConfigurationError> {
  const port = yield* optional(settingNames.workerPort, Port, "a port from 0 (any that is free) to 65535")
  const host = yield* Setting.optional(settingNames.workerHost)
  const hosts = yield* optional(settingNames.workerHosts, HostNames, "host names with commas between them")
  const given = settings?.http
  return Option.map(
    Option.orElse(port, () => Option.fromUndefinedOr(given?.port)),
    (number) => ({
      port: number,
      host: Option.getOrElse(host, () => given?.host ?? "127.0.0.1"),
      hosts: Option.getOrElse(hosts, () => given?.hosts ?? [])
    })
  )
})

/** `GENESYS_WORKER_DRAIN`, then the file. If neither says so, all is over well before an orchestrator kills, which Kubernetes does after 30 s. */
export const drain = Effect.fnUntraced(function* (
  settings: WorkerSettings | undefined
): Effect.fn.Return<Duration.Duration, ConfigurationError> {
  const given = yield* optional(settingNames.workerDrain, DurationFromText, "a duration such as 30s or 2m")
  return Option.getOrElse(given, () => (settings?.drain === undefined ? Duration.seconds(20) : spanOf(settings.drain)))
})
