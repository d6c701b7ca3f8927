import { assert, describe, it } from "@effect/vitest"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as UrlParams from "effect/http/UrlParams"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { inspect } from "node:util"
import { GenesysClient } from "../src/GenesysClient.ts"
import { OAuthClients } from "../src/OAuthClients.ts"
import { Organization } from "../src/Organization.ts"
import { Routing } from "../src/Routing.ts"
import { Tokens } from "../src/Tokens.ts"
import { Usage } from "../src/Usage.ts"
import * as Scripted from "./ScriptedApi.ts"
import * as Stack from "./Stack.ts"

const simulator = <A, E, R>(f: (simulator: Simulator["Service"]) => Effect.Effect<A, E, R>) => Simulator.use(f)
const statuses = Effect.map(
  simulator(({ journal }) => journal),
  ({ requests }) =>
    requests.filter(({ path }) => path.startsWith("/api/")).map(({ method, status }) => `${method} ${status}`)
)

describe("queues", () => {
  it.effect("all, by name, by id", () =>
    Effect.gen(function* () {
      const { allQueues, queue, queues } = yield* Routing
      const all = yield* Stream.runCollect(allQueues({ pageSize: 2 }))
      assert.isAbove(all.length, 2)
      assert.strictEqual((yield* queues()).total, all.length)
      const last = all.at(-1)!
      assert.strictEqual((yield* queue(last.id)).name, last.name)
      const named = yield* queues({ name: `${last.name?.slice(0, 3)}*` })
      assert.isTrue(named.entities.some(({ id }) => id === last.id))
      assert.strictEqual((yield* Effect.flip(queue("none")))._tag, "NotFoundError")
    }).pipe(Effect.provide(Stack.layer()))
  )
})

describe("the organization", () => {
  it.effect("is named", () =>
    Effect.gen(function* () {
      const { features, name } = yield* Organization.use(({ me }) => me)
      assert.strictEqual(name, "Your Company")
      assert.deepStrictEqual(features, { purecloud: true })
    }).pipe(Effect.provide(Stack.layer()))
  )
})

describe("the token", () => {
  it.effect("is described, and verified", () =>
    Effect.gen(function* () {
      const { me, verify } = yield* Tokens
      const { clientId } = yield* Simulator
      assert.strictEqual((yield* me).OAuthClient?.id, clientId)
      yield* verify
      assert.deepStrictEqual(yield* statuses, ["GET 200", "HEAD 200"])
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("that is refused however new is an UnauthorizedError", () =>
    Effect.gen(function* () {
      const { verify } = yield* Tokens
      yield* verify
      yield* TestClock.adjust("1 hour")
      yield* simulator(({ addFault }) => addFault({ path: "/api/", rejectToken: true }))
      assert.strictEqual((yield* Effect.flip(verify))._tag, "UnauthorizedError")
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("once revoked is not used again: the next call has another one, and meets no 401", () =>
    Effect.gen(function* () {
      const { me, revoke } = yield* Tokens
      yield* me
      yield* TestClock.adjust("1 hour")
      const before = yield* TokenManager.use(({ token }) => token)
      yield* revoke
      yield* me
      const after = yield* TokenManager.use(({ token }) => token)
      assert.notStrictEqual(after.fingerprint, before.fingerprint)
      assert.deepStrictEqual(yield* statuses, ["GET 200", "DELETE 204", "GET 200"])
    }).pipe(Effect.provide(Stack.layer()))
  )
})

describe("OAuth clients", () => {
  it.effect("are described", () =>
    Effect.gen(function* () {
      const { clientId } = yield* Simulator
      const { get } = yield* OAuthClients
      assert.strictEqual((yield* get(clientId)).authorizedGrantType, "CLIENT-CREDENTIALS")
      assert.strictEqual((yield* Effect.flip(get("none")))._tag, "NotFoundError")
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("are listed", () =>
    Effect.gen(function* () {
      const body = { entities: [{ id: "a", roleIds: null, secret: "never shown" }], pageCount: 1 }
      yield* simulator(({ addFault }) => addFault({ path: "/api/v2/oauth/clients", status: 200, body }))
      const [client] = yield* OAuthClients.use(({ list }) => list)
      assert.deepStrictEqual(Object.entries(client!), [["id", "a"]])
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("get a new secret, which shows in no text", () =>
    Effect.gen(function* () {
      const { clientId, clientSecret } = yield* Simulator
      const secret = yield* OAuthClients.use(({ regenerateSecret }) => regenerateSecret(clientId))
      assert.notStrictEqual(Redacted.value(secret), Redacted.value(clientSecret))
      assert.notInclude(inspect(secret) + JSON.stringify(secret), Redacted.value(secret))
    }).pipe(Effect.provide(Stack.layer()))
  )

  for (const lost of [{ resetAfter: 0 }, { status: 503 }, { status: 504 }]) {
    it.effect(`get one secret only when the answer got lost: ${JSON.stringify(lost)}`, () =>
      Effect.gen(function* () {
        const { clientId } = yield* Simulator
        yield* simulator(({ addFault }) => addFault({ path: "/api/v2/oauth/", method: "POST", ...lost }))
        const { regenerateSecret } = yield* OAuthClients
        const fiber = yield* Effect.forkChild(Effect.flip(regenerateSecret(clientId)), { startImmediately: true })
        yield* TestClock.adjust("5 minutes")
        assert.strictEqual((yield* Fiber.join(fiber))._tag, "UnavailableError")
        assert.lengthOf(yield* statuses, 1)
      }).pipe(Effect.provide(Stack.layer()))
    )
  }
})

describe("usage", () => {
  it.effect("is counted, once the count is done", () =>
    Effect.gen(function* () {
      yield* Organization.use(({ me }) => me)
      yield* TestClock.adjust("1 hour")
      const usage = Usage.use(({ query }) =>
        query({
          interval: "1970-01-01T00:00:00Z/1970-01-02T00:00:00Z",
          metrics: ["Requests"],
          groupBy: ["TemplateUri"]
        })
      )
      const fiber = yield* Effect.forkChild(usage, { startImmediately: true })
      yield* TestClock.adjust("1 minute")
      const rows = yield* Fiber.join(fiber)
      assert.strictEqual(rows.find(({ templateUri }) => templateUri?.endsWith("/organizations/me"))?.requests, 1)
    }).pipe(Effect.provide(Stack.layer()))
  )

  const interval = "1970-01-01T00:00:00Z/1970-01-02T00:00:00Z"
  const asked = () => Response.json({ executionId: "e" })
  const scripted = (...answers: ReadonlyArray<object>) =>
    Effect.gen(function* () {
      const { client, seen } = yield* Scripted.make([asked, ...answers.map((one) => () => Response.json(one))])
      const usage = Usage.use(({ query }) => query({ interval })).pipe(
        Effect.provide(Usage.layer),
        Effect.provideService(GenesysClient, client)
      )
      const fiber = yield* Effect.forkChild(Effect.result(usage), { startImmediately: true })
      yield* TestClock.adjust("70 seconds")
      return { result: yield* Fiber.join(fiber), seen }
    })
  const row = (requests: number) => ({ requests })

  it.effect("has failed if Genesys says so, and is no count of nothing", () =>
    Effect.gen(function* () {
      const { result } = yield* scripted({ queryStatus: "Failed" })
      assert.include(result, { _tag: "Failure" })
      assert.include(Object(result).failure, { _tag: "UnavailableError", reason: "InvalidResponse" })
      assert.match(Object(result).failure.message, /says that the count is "Failed"/)
    })
  )

  it.effect("ends by the deadline of a call if it is never done", () =>
    Effect.gen(function* () {
      const { result } = yield* scripted({ queryStatus: "Running" })
      assert.include(Object(result).failure, { _tag: "UnavailableError", reason: "Timeout" })
      assert.match(Object(result).failure.message, /no results after 1m/)
    })
  )

  it.effect("comes in pages, and never round in a circle", () =>
    Effect.gen(function* () {
      const { result, seen } = yield* scripted(
        { queryStatus: "Complete", results: [row(1)], cursors: { after: "a" } },
        { queryStatus: "Complete", results: [row(2)], cursors: { after: "b" } },
        { queryStatus: "Complete", results: [row(3)] }
      )
      assert.deepStrictEqual(
        Object(result).success.map(({ requests }: { readonly requests: number }) => requests),
        [1, 2, 3]
      )
      assert.deepStrictEqual(
        seen.requests.slice(2).map(({ urlParams }) => UrlParams.toString(urlParams)),
        ["after=a", "after=b"]
      )
      const again = yield* scripted({ queryStatus: "Complete", results: [row(1)], cursors: { after: "a" } })
      assert.match(Object(again.result).failure.message, /names a page again/)
    })
  )
})
