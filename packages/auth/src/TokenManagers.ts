/**
 * A token manager for each org, for programs that serve several. Each is built when first used and released when it has
 * been idle; they share nothing, so one org's refusal or rate limit never touches another's.
 */
import type * as Digest from "effect/crypto/Digest"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as LayerMap from "effect/LayerMap"
import type * as Scope from "effect/Scope"
import type { Credentials } from "./Credentials.ts"
import type { Environment } from "./Environment.ts"
import { TokenEndpoint } from "./TokenEndpoint.ts"
import { TokenManager } from "./TokenManager.ts"

/** How the managers of several orgs are made, and how long one that is idle is kept. */
export interface TokenManagersOptions<Org, E, R> {
  /** Who we are in an org, and where it is. */
  readonly lookup: (org: Org) => Layer.Layer<Credentials | Environment, E, R>
  /** How long a manager that nobody uses is kept. @default 10 minutes */
  readonly idleTimeToLive?: Duration.Input | undefined
}

/** What an org's layer provides; a `GenesysClient` can stand on it. */
export type OrgServices = TokenManager | Credentials | Environment

/** `map.get(org)` is the layer of an org's services. The map's scope is the caller's. */
export const make = <Org, E = never, R = never>(
  options: TokenManagersOptions<Org, E, R>
): Effect.Effect<
  LayerMap.LayerMap<Org, OrgServices, E>,
  never,
  Scope.Scope | HttpClient.HttpClient | Digest.Digest | R
> =>
  LayerMap.make(
    (org: Org) =>
      // A layer is built once for all who name it; an org must have one of its own.
      Layer.fresh(
        TokenManager.layer.pipe(Layer.provide(TokenEndpoint.layerHttp), Layer.provideMerge(options.lookup(org)))
      ),
    { idleTimeToLive: options.idleTimeToLive ?? "10 minutes" }
  )
