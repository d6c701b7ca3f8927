/**
 * The way of every call to the Genesys Cloud API: a fresh token for each attempt, one more attempt after a 401, waits
 * after 429 and 5xx, and a typed error for whatever is left. No redirect is followed, over whatever `HttpClient` it is given. It
 * knows no endpoint; `Users` and the like do.
 */
import type { Environment } from "@effect-genesys/auth/Environment"
import type { TokenManager } from "@effect-genesys/auth/TokenManager"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Headers from "effect/http/Headers"
import type * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import type * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import type { GenesysError } from "./GenesysError.ts"
import { make } from "./internal/genesysClient.ts"
import type { RateBudget } from "./RateBudget.ts"
import type { RateLimit } from "./RateLimit.ts"

/** A 2xx, read to its end. */
export interface TextResponse {
  readonly status: number
  readonly headers: Headers.Headers
  /** Empty for a 204. */
  readonly text: string
}

/** A 2xx, read to its end, whatever is in it. */
export interface BytesResponse {
  readonly status: number
  readonly headers: Headers.Headers
  /** None for a 204. */
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** A 2xx, whose body comes as it is read, once. */
export interface StreamResponse {
  readonly status: number
  readonly headers: Headers.Headers
  /** The bytes, however many. */
  readonly stream: Stream.Stream<Uint8Array, GenesysError>
  /** All of it, of at most 256 MiB. */
  readonly text: Effect.Effect<string, GenesysError>
}

/**
 * An Effect `HttpClient` for the Genesys Cloud API: with a token for each attempt, paced, and tried again where that
 * is safe. It succeeds with a 2xx, and fails with a `GenesysError`.
 */
export class GenesysClient extends Context.Service<
  GenesysClient,
  {
    /**
     * An Effect `HttpClient` for paths of the API, such as `/api/v2/users`. It succeeds with a 2xx only. The body is read
     * outside of the retries. As a whole (`text`, `json`, …) it has at most 256 MiB and must have come by the deadline of the
     * `RetryPolicy`; its `stream` has no bound, and is the caller's to bound.
     */
    readonly http: HttpClient.HttpClient.With<GenesysError>
    /**
     * One call whose body comes as it is read, of any length, for what is too long to be held. What is waited for it counts
     * until the deadline of the `RetryPolicy`: whoever expects a long one allows it time. One that breaks off is not asked
     * for again.
     */
    readonly stream: (request: HttpClientRequest.HttpClientRequest) => Effect.Effect<StreamResponse, GenesysError>
    /**
     * One call with its whole answer as text, of at most 256 MiB, which is read within the attempt. For those who need the status and the
     * headers too. An empty 200 to a GET, a search or a query is an answer only if it has the header that Genesys puts into each of its own.
     */
    readonly text: (request: HttpClientRequest.HttpClientRequest) => Effect.Effect<TextResponse, GenesysError>
    /** As `text`, for what need not be text. */
    readonly bytes: (request: HttpClientRequest.HttpClientRequest) => Effect.Effect<BytesResponse, GenesysError>
    /**
     * One call whose answer is JSON. The body is read within the attempt, so that an answer that breaks off is tried
     * again like one that never came. A number that JavaScript cannot hold is an `ExactNumber` where the schema takes it, as
     * `Schema.Unknown` does, and else the nearest number.
     */
    readonly json: <S extends Schema.Constraint>(
      request: HttpClientRequest.HttpClientRequest,
      schema: S
    ) => Effect.Effect<S["Type"], GenesysError, S["DecodingServices"]>
    /** What is left of the calls that Genesys allows in a minute, as the last answers told it. */
    readonly budgets: Effect.Effect<ReadonlyArray<RateBudget>>
  }
>()("@effect-genesys/client/GenesysClient") {
  /** All clients of one token manager are given the same `RateLimit`. */
  static readonly layer: Layer.Layer<
    GenesysClient,
    never,
    TokenManager | Environment | RateLimit | HttpClient.HttpClient
  > = Layer.effect(GenesysClient, make)
}
