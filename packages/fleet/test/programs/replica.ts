/**
 * A replica: a runner of a cluster on PostgreSQL, and callers that call a simulator over HTTP with a token that others have too. Each line
 * that it reads is a number of callers; each second it writes a line of JSON.
 */
import { AccessToken, fingerprint } from "@effect-genesys/auth/AccessToken"
import { Environment } from "@effect-genesys/auth/Environment"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import * as Transport from "@effect-genesys/client/Transport"
import * as NodeClusterSocket from "@effect/platform-node/NodeClusterSocket"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as EntityId from "effect/cluster/EntityId"
import * as RunnerAddress from "effect/cluster/RunnerAddress"
import * as Sharding from "effect/cluster/Sharding"
import * as Config from "effect/Config"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as References from "effect/References"
import * as Stream from "effect/Stream"
import { flushCompileCache } from "node:module"
import { createInterface } from "node:readline"
import { BudgetEntity } from "../../src/internal/budgetEntity.ts"
import * as SharedRateLimit from "../../src/SharedRateLimit.ts"

const settings = Config.all({
  url: Config.String("REPLICA_HOST"),
  database: Config.Redacted("REPLICA_DATABASE"),
  token: Config.Redacted("REPLICA_TOKEN"),
  port: Config.Int("REPLICA_PORT")
})

const layer = Layer.unwrap(
  Effect.gen(function* () {
    const { database, port, token, url } = yield* settings
    const access = new AccessToken({
      value: token,
      fingerprint: yield* fingerprint(token),
      issuedAt: yield* DateTime.now,
      expiresIn: Duration.hours(1)
    })
    const tokens = TokenManager.of({
      token: Effect.succeed(access),
      reject: () => Effect.void,
      renew: Effect.succeed(access),
      status: Effect.never,
      changes: Stream.empty
    })
    const cluster = NodeClusterSocket.layer({
      shardingConfig: {
        runnerAddress: Option.some(RunnerAddress.make("127.0.0.1", port)),
        shardsPerGroup: 30,
        shardLockExpiration: "10 seconds",
        shardLockRefreshInterval: "3 seconds",
        runnerHealthCheckInterval: "3 seconds",
        refreshAssignmentsInterval: "1 second",
        entityMessagePollInterval: "1 second"
      }
    }).pipe(Layer.provide(PgClient.layer({ url: database, maxConnections: 4 })))
    return GenesysClient.layer.pipe(
      Layer.provide([Layer.succeed(TokenManager, tokens), SharedRateLimit.layer()]),
      Layer.provideMerge(SharedRateLimit.layerKeeper),
      Layer.provideMerge(cluster),
      Layer.provideMerge(Environment.layer({ loginUrl: url, apiUrl: url })),
      Layer.provide(Transport.layer),
      Layer.provideMerge(Layer.succeed(TokenManager, tokens))
    )
  })
).pipe(Layer.provide(NodeCrypto.layerDigest))

const print = (line: unknown) => Effect.sync(() => void process.stdout.write(`${JSON.stringify(line)}\n`))

const main = Effect.gen(function* () {
  const client = yield* GenesysClient
  const sharding = yield* Sharding.Sharding
  const { host } = new URL((yield* Environment).apiUrl)
  const token = yield* (yield* TokenManager).token
  const shard = yield* BudgetEntity.getShardId(EntityId.make(`${host}/${token.fingerprint}`))
  flushCompileCache()

  let calls = 0
  const caller = client.http
    .execute(HttpClientRequest.get("/api/v2/organizations/me"))
    .pipe(Effect.tap(Effect.sync(() => calls++)), Effect.ignore, Effect.forever)
  const callers = Stream.fromAsyncIterable(createInterface({ input: process.stdin }), (error) => error)
  const work = Stream.runForEach(
    Stream.switchMap(callers, (line) =>
      Stream.fromEffect(
        Effect.all(
          Array.from({ length: Number(line) }, () => caller),
          { concurrency: "unbounded" }
        )
      )
    ),
    () => Effect.void
  )
  const report = Effect.suspend(() => print({ calls, keeps: sharding.hasShardId(shard) }))
  yield* Effect.raceFirst(work, Effect.forever(Effect.andThen(report, Effect.sleep("1 second"))))
}).pipe(Effect.provide(layer), Effect.provideService(References.MinimumLogLevel, "Warn"))

NodeRuntime.runMain(main)
