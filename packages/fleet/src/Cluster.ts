/**
 * The cluster of a fleet: which workers there are, and which of them is to do what, by `effect/cluster` over the fleet's database. A worker that is
 * gone is noticed within ten seconds, and what it did is begun elsewhere.
 *
 * Runners talk to each other without authentication: whoever reaches their port can speak to them. Keep it within the fleet.
 */
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as NodeClusterHttp from "@effect/platform-node/NodeClusterHttp"
import * as NodeClusterSocket from "@effect/platform-node/NodeClusterSocket"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as HttpRunner from "effect/cluster/HttpRunner"
import type * as MessageStorage from "effect/cluster/MessageStorage"
import * as RunnerAddress from "effect/cluster/RunnerAddress"
import * as RunnerHealth from "effect/cluster/RunnerHealth"
import * as Runners from "effect/cluster/Runners"
import type * as RunnerStorage from "effect/cluster/RunnerStorage"
import type * as Sharding from "effect/cluster/Sharding"
import * as ShardingConfig from "effect/cluster/ShardingConfig"
import * as SocketRunner from "effect/cluster/SocketRunner"
import * as SqlMessageStorage from "effect/cluster/SqlMessageStorage"
import * as SqlRunnerStorage from "effect/cluster/SqlRunnerStorage"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as RpcSerialization from "effect/rpc/RpcSerialization"
import type * as SqlClient from "effect/sql/SqlClient"
import * as ClusterTables from "./internal/clusterTables.ts"
import * as Listening from "./internal/listening.ts"
import * as WorkerServer from "./internal/workerServer.ts"

/** Where this worker is reached by the others, and how they talk. */
export interface ClusterOptions {
  /** By which the other workers reach this one, and where it listens. */
  readonly host: string
  readonly port: number
  /** Workers of one group share their work; several groups can be in one database. @default default */
  readonly group?: string | undefined
  /** @default socket */
  readonly transport?: "socket" | "http" | undefined
}

/** The address of this worker, as the others know it. */
export const nameOf = ({ host, port }: Pick<ClusterOptions, "host" | "port">): string =>
  `${host.includes(":") ? `[${host}]` : host}:${port}`

/** The group of a worker that names none. */
export const defaultGroup = "default"

/** A worker that is not heard of for so long is gone. */
export const expiration = "10 seconds"

const jobs = "jobs-"

/** What all workers of the database share, such as the budget of a token, is in a group of all; their jobs are in one of their own. */
const groupsOf = (group: string) => ["default", `${jobs}${group}`]

/** The shard group of the jobs of a worker. */
export const jobGroupOf = (groups: ReadonlyArray<string>): string =>
  groups.find((one) => one.startsWith(jobs)) ?? `${jobs}${defaultGroup}`

/** What its settings call it. */
export const groupOf = (groups: ReadonlyArray<string>): string => jobGroupOf(groups).slice(jobs.length)

/**
 * The times decide how soon a worker that was killed is replaced, at the price of some ten small transactions a second in all. The
 * environment has no say: names such as `HOST` and `PORT` mean something else there.
 */
const configOf = ({ group = defaultGroup, host, port }: ClusterOptions) =>
  ShardingConfig.layer({
    runnerAddress: Option.some(RunnerAddress.make(host, port)),
    availableShardGroups: groupsOf(group),
    assignedShardGroups: groupsOf(group),
    shardLockExpiration: expiration,
    // Advisory locks are numbered by the groups that a worker knows, and others know others.
    shardLockDisableAdvisory: true,
    shardLockRefreshInterval: "3 seconds",
    runnerHealthCheckInterval: "3 seconds",
    refreshAssignmentsInterval: "1 second",
    entityMessagePollInterval: "1 second",
    entityTerminationTimeout: "5 seconds",
    simulateRemoteSerialization: false
  })

/** Who listens to the others, and who speaks to them. */
const transportOf = (options: ClusterOptions) =>
  options.transport === "http"
    ? {
        runner: Layer.provide(HttpRunner.layerHttp, [
          Listening.layer(nameOf(options), NodeClusterHttp.layerHttpServer),
          NodeHttpClient.layerNodeHttp
        ]),
        client: Layer.provide(HttpRunner.layerClientProtocolHttpDefault, NodeHttpClient.layerNodeHttp)
      }
    : {
        runner: Layer.provide(SocketRunner.layer, [
          Listening.layer(nameOf(options), WorkerServer.layer()),
          NodeClusterSocket.layerClientProtocol
        ]),
        client: NodeClusterSocket.layerClientProtocol
      }

/** The services of `effect/cluster` that a fleet stands on. */
export type Cluster =
  | Sharding.Sharding
  | Runners.Runners
  | MessageStorage.MessageStorage
  | RunnerStorage.RunnerStorage
  | ShardingConfig.ShardingConfig

/** Its tables are where the search path of the client begins. */
export const layer = (options: ClusterOptions): Layer.Layer<Cluster, ConfigurationError, SqlClient.SqlClient> => {
  const { client, runner } = transportOf(options)
  const health = RunnerHealth.layerPing.pipe(Layer.provide(Runners.layerRpc), Layer.provide(client))
  return runner.pipe(
    Layer.provide(health),
    Layer.provideMerge(SqlMessageStorage.layerStorage({}).pipe(Layer.provide(NodeCrypto.layerDigest))),
    Layer.provideMerge(SqlRunnerStorage.layerStorage({})),
    Layer.provideMerge(configOf(options)),
    Layer.provide(ClusterTables.layer),
    Layer.provide(RpcSerialization.layerSchemaBinary())
  )
}

/** What reads the workers of a fleet without being one. */
export const layerOutside: Layer.Layer<RunnerStorage.RunnerStorage, never, SqlClient.SqlClient> = Layer.provide(
  SqlRunnerStorage.layerStorage({}),
  ShardingConfig.layer({ runnerAddress: Option.none(), shardLockExpiration: expiration })
)
