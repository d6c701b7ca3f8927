/**
 * A login host for tests: an `HttpClient` whose answers the test sets, and that counts what it is asked. Everything
 * between it and the test is the real code.
 */
import { NodeCrypto } from "@effect/platform-node"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Canary from "./Canary.ts"
import { Credentials } from "../src/Credentials.ts"
import { Environment, type EnvironmentOptions } from "../src/Environment.ts"
import { AuthorizationCode, ClientCredentials } from "../src/Grant.ts"
import { Policy, RefreshPolicy } from "../src/RefreshPolicy.ts"
import { TokenEndpoint } from "../src/TokenEndpoint.ts"
import { TokenManager } from "../src/TokenManager.ts"

/** What the host does with the n-th request (counted from 1). */
export type Answer = (
  n: number,
  request: HttpClientRequest.HttpClientRequest
) => Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError>

export const respond =
  (status: number, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Answer =>
  (_, request) =>
    Effect.succeed(HttpClientResponse.fromWeb(request, new Response(status === 204 ? null : body, { status, headers })))

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  respond(status, JSON.stringify(body), { "content-type": "application/json", ...headers })

/** Issues `token-1`, `token-2`, … */
export const issue =
  (expiresIn = 300): Answer =>
  (n, request) =>
    json(200, { access_token: `token-${n}`, token_type: "bearer", expires_in: expiresIn })(n, request)

/** A token that nobody can use. The request that ends it is answered with it. */
export const issueUnusable: Answer = json(200, { access_token: "token", token_type: "bearer", expires_in: 0 })

export const refuse: Answer = json(400, {
  error: "invalid_client",
  description: "authentication failed",
  error_description: "authentication failed"
})

export const unavailable: Answer = respond(503, "<html>Service Unavailable</html>")

export const rateLimited = (seconds: number): Answer =>
  json(
    400,
    { error: "invalid_request", error_description: "rate limit exceeded; try again later" },
    { "retry-after": String(seconds) }
  )

export const hang: Answer = () => Effect.never

export const disconnect: Answer = (_, request) =>
  Effect.fail(
    new HttpClientError.HttpClientError({
      reason: new HttpClientError.TransportError({
        request,
        cause: Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:443"), { code: "ECONNREFUSED" })
      })
    })
  )

export const after =
  (seconds: number, answer: Answer): Answer =>
  (n, request) =>
    Effect.delay(answer(n, request), `${seconds} seconds`)

/** One answer for each request; the last one for all that follow. */
export const inTurn =
  (...answers: ReadonlyArray<Answer>): Answer =>
  (n, request) =>
    answers[Math.min(n, answers.length) - 1]!(n, request)

export class LoginHost extends Context.Service<
  LoginHost,
  {
    /** From now on, answer so. */
    readonly answer: (answer: Answer) => Effect.Effect<void>
    readonly requests: Effect.Effect<number>
    /** The most requests that were ever under way at once. */
    readonly mostAtOnce: Effect.Effect<number>
    readonly last: Effect.Effect<HttpClientRequest.HttpClientRequest | undefined>
  }
>()("test/LoginHost") {
  static readonly layer: Layer.Layer<LoginHost | HttpClient.HttpClient> = Layer.effectContext(
    Effect.sync(() => {
      let current: Answer = issue()
      let requests = 0
      let underWay = 0
      let mostAtOnce = 0
      let last: HttpClientRequest.HttpClientRequest | undefined
      const client = HttpClient.make((request) =>
        Effect.suspend(() => {
          last = request
          underWay++
          mostAtOnce = Math.max(mostAtOnce, underWay)
          return current(++requests, request)
        }).pipe(Effect.ensuring(Effect.sync(() => underWay--)))
      )
      const host = LoginHost.of({
        answer: (answer) =>
          Effect.sync(() => {
            current = answer
          }),
        requests: Effect.sync(() => requests),
        mostAtOnce: Effect.sync(() => mostAtOnce),
        last: Effect.sync(() => last)
      })
      return Context.make(LoginHost, host).pipe(Context.add(HttpClient.HttpClient, client))
    })
  )
}

export const grant = (clientSecret = Canary.secret): ClientCredentials =>
  new ClientCredentials({ clientId: Canary.clientId, clientSecret: Redacted.make(clientSecret) })

/** A login without a secret. */
export const code = new AuthorizationCode({
  clientId: Canary.clientId,
  code: Redacted.make("code"),
  redirectUri: "http://localhost",
  codeVerifier: Redacted.make("verifier")
})

export { clientId, secret } from "./Canary.ts"

/** The real endpoint, to whose answers the scan for secrets listens. */
const heard = Layer.effect(
  TokenEndpoint,
  TokenEndpoint.use(({ exchange, host }) =>
    Effect.succeed({ host, exchange: (shown) => Canary.listen(exchange(shown)) })
  )
).pipe(Layer.provide(TokenEndpoint.layerHttp))

export const endpointOf = (hosts: EnvironmentOptions) =>
  heard.pipe(
    Layer.provide(Environment.layer(hosts)),
    Layer.provide(NodeCrypto.layerDigest),
    Layer.provideMerge(LoginHost.layer),
    Layer.provideMerge(Canary.layer)
  )

export const endpoint = endpointOf({})

/** A token manager with its login host. */
export const manager = (policy: PolicyOptions = {}) => managerWith(Credentials.layer(grant()), policy)

export type PolicyOptions = ConstructorParameters<typeof Policy>[0]

/** A token manager whose credentials the test gives, and may change. */
export const managerWith = <R>(credentials: Layer.Layer<Credentials | R>, policy: PolicyOptions = {}) =>
  TokenManager.layer.pipe(
    Layer.provideMerge(credentials),
    Layer.provideMerge(endpoint),
    Layer.provide(Layer.succeed(RefreshPolicy, new Policy(policy)))
  )

/** A token manager alone, for a login host (and a store) that others use too. */
export const onlyManager = (policy: PolicyOptions = {}) =>
  TokenManager.layer.pipe(
    Layer.provide(Credentials.layer(grant())),
    Layer.provide(Layer.succeed(RefreshPolicy, new Policy(policy)))
  )
