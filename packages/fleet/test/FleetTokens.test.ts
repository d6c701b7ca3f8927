/**
 * Three token managers on a real database, each with connections of its own, as three workers have them. Time is real, since the database's
 * is; the login host is the simulator's, in memory. `PROVE=1`: also with tokens that end all the time.
 */
import { assert, layer } from "@effect/vitest"
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import { ClientCredentials } from "@effect-genesys/auth/Grant"
import { TokenEndpoint } from "@effect-genesys/auth/TokenEndpoint"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import { NodeCrypto } from "@effect/platform-node"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import { OwnServer, Postgres } from "../../export/test/Postgres.ts"
import * as PostgresTokenStore from "../src/PostgresTokenStore.ts"
import * as Database from "./Database.ts"

const isProof = process.env["PROVE"] !== undefined
const client = { id: "fleet", secret: Redacted.make("fleet-secret"), tokenLifetime: 300 }
/** Its tokens live for five seconds. */
const brief = { id: "brief", secret: Redacted.make("brief-secret"), tokenLifetime: 5 }
const genesys = Simulator.layerHttpClient({ clients: [client, brief], conversationsPerHour: 1 })

const workerFor = (url: string, { id, secret }: typeof client) =>
  TokenManager.layer.pipe(
    Layer.provide(TokenEndpoint.layerHttp),
    Layer.provide(Credentials.layer(new ClientCredentials({ clientId: id, clientSecret: secret }))),
    Layer.provide(PostgresTokenStore.layer()),
    Layer.provide(Database.layerClient(url)),
    Layer.provide(NodeCrypto.layer),
    Layer.provide(Environment.layer()),
    Layer.fresh,
    Layer.build,
    Effect.map((context) => Context.get(context, TokenManager)),
    Effect.orDie
  )

const workers = Effect.fnUntraced(function* (url: string, who = client) {
  return yield* Effect.all([workerFor(url, who), workerFor(url, who), workerFor(url, who)], { concurrency: 3 })
})
const tokens = (of: ReadonlyArray<TokenManager["Service"]>) =>
  Effect.forEach(of, ({ token }) => token, { concurrency: "unbounded" })
const requests = Simulator.use(({ journal }) => Effect.map(journal, ({ tokenRequests }) => tokenRequests))
const values = (of: ReadonlyArray<TokenManager["Service"]>) =>
  Effect.map(tokens(of), (all) => new Set(all.map(({ value }) => Redacted.value(value))))

/** Waits until it is so, at most for so long. */
const within = (millis: number, isSo: Effect.Effect<boolean, unknown>) =>
  Effect.gen(function* () {
    const end = performance.now() + millis
    while (performance.now() < end) {
      if (yield* Effect.orDie(isSo)) return performance.now() - (end - millis)
      yield* Effect.sleep("10 millis")
    }
    return assert.fail(`it was not so within ${millis} ms`)
  })

layer(Postgres.layerOwn, { timeout: "2 minutes", excludeTestServices: true })("workers on one database", (it) => {
  it.effect("begin with one request, and take a renewed token over within a second", () =>
    Effect.gen(function* () {
      const { database } = yield* Postgres
      const all = yield* workers(yield* database)
      assert.strictEqual((yield* values(all)).size, 1)
      assert.strictEqual(yield* requests, 1)
      const renewed = yield* all[0].renew
      yield* within(
        1_000,
        Effect.map(values(all), (held) => held.size === 1 && held.has(Redacted.value(renewed.value)))
      )
      assert.strictEqual(yield* requests, 2)
    }).pipe(Effect.provide(genesys))
  )

  it.effect("renew once for all of them what the API refused all of them", () =>
    Effect.gen(function* () {
      const { database } = yield* Postgres
      const all = yield* workers(yield* database)
      const held = yield* tokens(all)
      yield* Simulator.use(({ revokeTokens }) => revokeTokens)
      yield* Effect.forEach(all, (one, index) => one.reject(held[index]!), { concurrency: "unbounded" })
      // A token that never worked long is asked for again after a moment.
      yield* within(
        5_000,
        Effect.map(values(all), (now) => now.size === 1 && !now.has(Redacted.value(held[0]!.value)))
      )
      assert.strictEqual(yield* requests, 2)
    }).pipe(Effect.provide(genesys))
  )

  it.effect.skipIf(!isProof)("renew a token of five seconds once for all of them", () =>
    Effect.gen(function* () {
      const { database } = yield* Postgres
      const all = yield* workers(yield* database, brief)
      yield* tokens(all)
      const began = performance.now()
      yield* Effect.repeat(Effect.andThen(values(all), Effect.sleep("100 millis")), {
        until: () => performance.now() - began > 6_500
      })
      // One in the beginning, and one for each life that ended, at the earliest after 4 s.
      assert.isAtMost(yield* requests, 1 + Math.floor((performance.now() - began) / 3_900))
    }).pipe(Effect.provide(genesys))
  )

  it.effect("go on with what they have while it is down, say so once, and share again when it is back", () => {
    const warnings: Array<string> = []
    const listen = Logger.layer([
      Logger.make(({ logLevel, message }) => {
        if (logLevel === "Warn") warnings.push(String(message))
      })
    ])
    return Effect.gen(function* () {
      const postgres = yield* OwnServer
      const all = yield* workers(yield* (yield* Postgres).database)
      const before = yield* values(all)
      yield* postgres.stop
      yield* within(
        12_000,
        Effect.sync(() => warnings.length >= 3)
      )
      assert.deepStrictEqual(yield* values(all), before)
      assert.strictEqual(yield* requests, 1)
      // Whoever has to have another one gets one without the others.
      yield* all[1].renew
      assert.strictEqual(yield* requests, 2)
      yield* postgres.start
      const renewed = yield* all[2].renew
      yield* within(
        10_000,
        Effect.map(values(all), (now) => now.size === 1 && now.has(Redacted.value(renewed.value)))
      )
      // One of each worker, and what the one renewal met.
      assert.isAtMost(warnings.length, 5)
      assert.include(warnings.join(), "the tokens of the fleet are not shared")
    }).pipe(Effect.provide(genesys), Effect.provide(listen))
  })
})
