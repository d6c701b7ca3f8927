/**
 * A proxy for the programs of this machine, in any language: each call of theirs to the API of Genesys Cloud gets the token,
 * waits its turn and is tried again as `GenesysClient` does. It knows no operation, and serves no other host.
 */
import type { Environment } from "@effect-genesys/auth/Environment"
import type { TokenManager } from "@effect-genesys/auth/TokenManager"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import type { RateLimit } from "@effect-genesys/client/RateLimit"
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpMiddleware from "effect/http/HttpMiddleware"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Path from "effect/Path"
import * as Redacted from "effect/Redacted"
import { randomBytes } from "node:crypto"
import * as ErrorAnswer from "./errorAnswer.ts"
import * as Forward from "./forward.ts"
import * as Guard from "./guard.ts"
import * as Heard from "./heard.ts"
import * as Listener from "./listener.ts"
import * as Rules from "./rules.ts"
import * as SecretFile from "./secretFile.ts"
import { UsageError } from "@effect-genesys/program/UsageError"

export interface LocalProxyOptions {
  /** A port of 127.0.0.1, where 0 takes a free one; or the path of a Unix socket, which only this user can open. */
  readonly place: Listener.Place
  /**
   * Whether callers must know a secret: in the header `Authorization: Bearer SECRET`, or as the first part of the path. A socket
   * needs none: its rights say who may call.
   */
  readonly secret: boolean
  /** A file to make for as long as the proxy listens, with that header in it. It must not exist, and its folder be this user's, or one like `/tmp`. */
  readonly secretFile?: string | undefined
  /** Whether it takes GET, HEAD, and the POSTs of searches and queries alone. */
  readonly readOnly?: boolean | undefined
  /**
   * Which calls it takes, such as `GET users/*`: methods with commas between them (`GET` takes `HEAD` too; `*` is any), a space, and
   * a path below `/api/v2/`, in which `*` stands for one part, and `**` at the end for one or more. All other characters stand
   * for themselves; a query is not looked at. Without rules it takes every call.
   */
  readonly allow?: ReadonlyArray<string> | undefined
}

export class LocalProxy extends Context.Service<
  LocalProxy,
  {
    /**
     * What callers put before `/api/v2/…`, such as `http://127.0.0.1:49152/Zk3…`; whoever knows it can call. On a Unix socket
     * `http://localhost`.
     */
    readonly url: Redacted.Redacted
    /** The same without the secret, for callers that send it in a header. */
    readonly base: string
  }
>()("@effect-genesys/cli/LocalProxy") {
  /**
   * Listens for as long as the layer lives; at its end, running calls have ten seconds to finish. The policy of the calls is the
   * `RetryPolicy` that the layer is built with; the client is the one that makes them.
   */
  static readonly layer = (
    options: LocalProxyOptions
  ): Layer.Layer<
    LocalProxy | GenesysClient,
    UsageError,
    TokenManager | RateLimit | Environment | HttpClient.HttpClient | FileSystem.FileSystem | Path.Path
  > =>
    Layer.effect(
      LocalProxy,
      Effect.suspend(() => make(options))
    ).pipe(Layer.provideMerge(client))
}

/** The way of all calls, which also keeps what Genesys Cloud says when it refuses one. */
const client = GenesysClient.layer.pipe(
  Layer.provide(Layer.effect(HttpClient.HttpClient, Effect.map(HttpClient.HttpClient, Heard.listen))),
  Layer.fresh
)

/** 192 bits, in characters that a path can have. */
const makeSecret = Effect.sync(() => Redacted.make(randomBytes(24).toString("base64url")))

const parse = Effect.fnUntraced(function* (text: string) {
  const rule = Rules.parse(text)
  if (rule !== undefined) return rule
  return yield* new UsageError({ message: `${JSON.stringify(text)} is no rule for --allow. ${Rules.syntax}` })
})

const make = Effect.fnUntraced(function* (options: LocalProxyOptions) {
  const { allow = [], place, readOnly = false, secretFile, secret: wanted } = options
  const forward = yield* Forward.make
  const secret = wanted ? Option.some(yield* makeSecret) : Option.none()
  const gate: Guard.Gate = { secret, rules: { readOnly, allow: yield* Effect.forEach(allow, parse) } }

  const answer = Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    // As it came: what Effect makes of it has lost the difference between a path and a whole URL.
    const target = NodeHttpServerRequest.toIncomingMessage(request).url ?? ""
    const verdict = Guard.judge({ method: request.method, target, headers: request.headers }, gate)
    switch (verdict._tag) {
      case "Refused":
        return ErrorAnswer.make(verdict)
      case "Login":
        return Forward.loggedIn(verdict.token)
      case "Forward":
        return yield* forward(request, verdict)
    }
  })

  if (secretFile !== undefined && Option.isSome(secret)) yield* SecretFile.make(secretFile, secret.value)
  const server = yield* Listener.open(place)
  // No span: its attributes would hold the secret part of the path.
  yield* Effect.provideService(
    server.serve(Effect.interruptible(answer)),
    HttpMiddleware.TracerDisabledWhen,
    () => true
  )
  const base =
    server.address._tag === "UnixPathAddress" ? "http://localhost" : `http://127.0.0.1:${server.address.port}`
  const path = Option.match(secret, { onNone: () => "", onSome: (text) => `/${Redacted.value(text)}` })
  return LocalProxy.of({ url: Redacted.make(`${base}${path}`), base })
})
