/**
 * The other grants of the official SDK, and its calls that come after a login: OAuth clients, usage, channels.
 */
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import pc from "purecloud-platform-client-v2"
import { Simulator } from "../src/Simulator.ts"
import type { SimulatorOptions } from "../src/SimulatorOptions.ts"
import { call } from "./support/Calls.ts"
import { codeClient, redirect_uri } from "./support/Login.ts"
import * as Sdk from "./support/Sdk.ts"

const service = { id: "service", secret: Redacted.make("service-secret") }
const clients = [service, codeClient] as const
const redirect = encodeURIComponent(redirect_uri)

/** What a browser would bring back from `/oauth/authorize`. */
const getCode = Effect.fnUntraced(function* (challenge = "") {
  const pkce = challenge === "" ? "" : `&code_challenge=${challenge}&code_challenge_method=S256`
  const path = `/oauth/authorize?client_id=${codeClient.id}&response_type=code&redirect_uri=${redirect}${pkce}`
  const { headers } = yield* call(undefined, "GET", path).pipe(
    Effect.provideService(FetchHttpClient.RequestInit, { redirect: "manual" })
  )
  return new URL(headers["location"] ?? "").searchParams.get("code") ?? ""
})

const simulator = (options?: SimulatorOptions) => Layer.merge(Simulator.layer(options), FetchHttpClient.layer)

layer(simulator({ clients }), { excludeTestServices: true })("the official SDK, with a code", (shared) => {
  shared.effect("exchanges it, and refreshes the token once", () =>
    Effect.gen(function* () {
      const client = yield* Sdk.makeClient
      const code = yield* getCode()
      const secret = Redacted.value(codeClient.secret)
      const auth = yield* Sdk.ask(() => client.loginCodeAuthorizationGrant(codeClient.id, secret, code, redirect_uri))
      assert.match(auth.accessToken, /^[\w-]{86}$/)
      assert.strictEqual((yield* Sdk.ask(() => new pc.TokensApi(client).getTokensMe())).OAuthClient?.id, codeClient.id)
      const { refreshToken } = yield* Sdk.decodeRefresh(auth)
      const next = yield* Sdk.ask(() => client.refreshCodeAuthorizationGrant(codeClient.id, secret, refreshToken))
      assert.match(next.accessToken, /^[\w-]{86}$/)
      const again = yield* Sdk.rejected(() => client.refreshCodeAuthorizationGrant(codeClient.id, secret, refreshToken))
      assert.nestedInclude(again, { "response.status": 400, "response.data.error": "invalid_grant" })
    })
  )

  shared.effect("exchanges it by PKCE, without a secret", () =>
    Effect.gen(function* () {
      const client = yield* Sdk.makeClient
      const verifier = client.generatePKCECodeVerifier(128)
      const challenge = yield* Sdk.ask(() => client.computePKCECodeChallenge(verifier))
      const code = yield* getCode(challenge)
      const auth = yield* Sdk.ask(() => client.authorizePKCEGrant(codeClient.id, verifier, code, redirect_uri))
      assert.match(auth.accessToken, /^[\w-]{86}$/)
      yield* Sdk.ask(() => new pc.TokensApi(client).getTokensMe())
    })
  )

  shared.effect("describes an OAuth client, and regenerates its secret without overlap", () =>
    Effect.gen(function* () {
      const oauth = new pc.OAuthApi(yield* Sdk.loggedIn())
      const described = yield* Sdk.ask(() => oauth.getOauthClient(service.id))
      assert.include(described, { id: service.id, authorizedGrantType: "CLIENT-CREDENTIALS" })
      const { secret = "" } = yield* Sdk.ask(() => oauth.postOauthClientSecret(service.id))
      assert.strictEqual((yield* Sdk.refusedLogin({})).status, 400)
      const client = yield* Sdk.loggedIn({ secret })
      yield* Sdk.ask(() => new pc.OAuthApi(client).getOauthClient(service.id))
    })
  )
})

layer(simulator(), { excludeTestServices: true })("the official SDK, further", (shared) => {
  shared.effect("makes a channel and subscribes it", () =>
    Effect.gen(function* () {
      const notifications = new pc.NotificationsApi(yield* Sdk.loggedIn())
      const channel = yield* Sdk.ask(() => notifications.postNotificationsChannels())
      assert.match(channel.connectUri ?? "", /^wss?:\/\//)
      const id = channel.id ?? ""
      const topics = [{ id: "v2.users.00000000-0000-4000-8000-000000000000.presence" }]
      yield* Sdk.ask(() => notifications.postNotificationsChannelSubscriptions(id, topics))
      const listed = yield* Sdk.ask(() => notifications.getNotificationsChannelSubscriptions(id))
      assert.strictEqual(listed.entities?.[0]?.id, topics[0]?.id)
      yield* Sdk.ask(() => notifications.deleteNotificationsChannelSubscriptions(id))
      const left = yield* Sdk.ask(() => notifications.getNotificationsChannelSubscriptions(id))
      assert.deepStrictEqual(left.entities, [])
    })
  )

  shared.effect("asks for the usage, and finds its own calls in it", () =>
    Effect.gen(function* () {
      const usage = new pc.UsageApi(yield* Sdk.loggedIn())
      const day = new Date().toISOString().slice(0, 10)
      const until = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)
      const { executionId = "" } = yield* Sdk.ask(() => usage.postUsageQuery({ interval: `${day}/${until}` }))
      yield* call(undefined, "POST", "/_control/clock", { advanceSeconds: 60 })
      const done = yield* Sdk.ask(() => usage.getUsageQueryExecutionIdResults(executionId))
      assert.strictEqual(done.queryStatus, "Complete")
      assert.isAbove(done.results?.[0]?.requests ?? 0, 0)
    })
  )
})
