/**
 * What makes a worker one of a fleet: the database that its workers share, and the address by which they reach it. The settings file
 * is the same for all of them, so what differs is in the environment.
 */
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import { isLoopback } from "@effect-genesys/core/Loopback"
import { settingNames } from "@effect-genesys/core/Settings"
import type { ClusterOptions } from "@effect-genesys/fleet/Cluster"
import { fromEnvironment, ofEnvironment } from "@effect-genesys/program/Settings"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { WorkerSettings } from "../settings/WorkerSettings.ts"

export interface Fleet {
  readonly database: {
    readonly url: Redacted.Redacted
    readonly setting: string
    readonly ca: string | undefined
    readonly defaultCa: string | undefined
  }
  readonly cluster: ClusterOptions
}

const defaultPort = 34_431

/** A host, or an address in brackets if it has colons, and a port or none. */
const form = /^(?:\[(?<v6>[\da-f:.]+)\]|(?<host>[a-z\d](?:[a-z\d._-]*[a-z\d])?))(?::(?<port>\d{1,5}))?$/i

const placeOf = (setting: string, text: string) => {
  const found = form.exec(text)?.groups
  const port = Number(found?.["port"] ?? defaultPort)
  const host = found?.["v6"] ?? found?.["host"]
  return host === undefined || port < 1 || port > 65_535
    ? Effect.fail(
        new ConfigurationError({
          setting,
          message: `${setting} is not valid: it must be the address by which the other workers reach this one, such as 10.0.0.5:34431.`
        })
      )
    : Effect.succeed({ host, port })
}

const isEverywhere = /^(?:0\.0\.0\.0|::)$/

const inUrl = (host: string) => (host.includes(":") ? `[${host}]` : host)

/** Whether workers of other machines may use it. What is no URL is refused elsewhere. */
const isElsewhere = (url: string) => {
  if (!URL.canParse(url)) return false
  const { hostname } = new URL(url)
  return hostname !== "" && !isLoopback(hostname)
}

/** Everything that can be wrong with it, short of asking the database. */
export const check = Effect.fnUntraced(function* (settings: Pick<WorkerSettings, "cluster">) {
  const { database } = yield* of(settings)
  const PostgresUrl = yield* Effect.promise(() => import("@effect-genesys/export/PostgresUrl"))
  yield* PostgresUrl.parse(database)
})

/** Of the settings file and the environment. */
export const of = Effect.fnUntraced(function* ({
  cluster = {}
}: Pick<WorkerSettings, "cluster">): Effect.fn.Return<Fleet, ConfigurationError> {
  const { ca, database: setting = settingNames.clusterUrl, group, transport } = cluster
  const url = yield* fromEnvironment(setting, "the URL of the PostgreSQL database that the workers of the fleet share")
  const address = yield* ofEnvironment(settingNames.clusterAddress)
  const place = Option.isSome(address)
    ? yield* placeOf(settingNames.clusterAddress, address.value)
    : yield* placeOf("cluster.address", cluster.address ?? "127.0.0.1")
  // Workers of two machines would take each other for one.
  if (isEverywhere.test(place.host) || (isLoopback(inUrl(place.host)) && isElsewhere(url))) {
    return yield* new ConfigurationError({
      setting: settingNames.clusterAddress,
      message: `${settingNames.clusterAddress} must be the address by which workers on other machines reach this one, such as 10.0.0.5:34431. ${place.host} is each machine's own.`
    })
  }
  return {
    database: {
      url: Redacted.make(url),
      setting,
      ca,
      defaultCa: Option.getOrUndefined(yield* ofEnvironment(settingNames.postgresCa))
    },
    cluster: { ...place, group, transport }
  }
})
