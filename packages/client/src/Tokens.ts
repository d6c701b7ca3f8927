/** The token that this program's calls carry: what it is, whether it works, and its end. */
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { GenesysClient } from "./GenesysClient.ts"
import type { GenesysError } from "./GenesysError.ts"
import * as Field from "./internal/field.ts"
import { Reference } from "./User.ts"

/** What the API says about a token; fields that are not named here are dropped. */
export class TokenInfo extends Schema.Class<TokenInfo>("@effect-genesys/client/TokenInfo")({
  organization: Field.field(Reference),
  homeOrganization: Field.field(Reference),
  /** Empty: nothing is restricted. */
  authorizedScope: Field.texts,
  /** When it dies unless it is used before; only where there is an idle timeout. */
  dateTokenIdles: Field.date,
  OAuthClient: Field.field(
    Schema.Struct({
      id: Field.text,
      name: Field.text,
      authorizedGrantType: Field.text,
      scope: Field.texts,
      state: Field.text,
      organization: Field.field(Reference)
    })
  )
}) {}

/** What the API says of the token in use, and its end. Fails with a `GenesysError`. */
export class Tokens extends Context.Service<
  Tokens,
  {
    /** `GET /api/v2/tokens/me`. */
    readonly me: Effect.Effect<TokenInfo, GenesysError>
    /**
     * `HEAD /api/v2/tokens/me`: succeeds if the API takes our token. A dead one is replaced on the way, as in every call, so
     * that a failure is not about one token: the API refuses new ones too, or cannot be reached.
     */
    readonly verify: Effect.Effect<void, GenesysError>
    /**
     * `DELETE /api/v2/tokens/me`: ends the token that is held now. The token manager drops it at once, and so asks for another
     * one: it is a change of the token, for one that may have leaked, and no farewell.
     */
    readonly revoke: Effect.Effect<void, GenesysError>
  }
>()("@effect-genesys/client/Tokens") {
  static readonly layer: Layer.Layer<Tokens, never, GenesysClient | TokenManager> = Layer.effect(
    Tokens,
    Effect.suspend(() => make)
  )
}

const path = "/api/v2/tokens/me"

const make = Effect.gen(function* () {
  const client = yield* GenesysClient
  const manager = yield* TokenManager

  const revoke = Effect.gen(function* () {
    const token = yield* manager.token
    yield* client.text(HttpClientRequest.delete(path))
    // Otherwise the next call would meet a 401 first. If the call went out with a newer token, this one is not held any more,
    // and nothing is dropped.
    yield* manager.reject(token)
  }).pipe(Effect.withSpan("Tokens.revoke"))

  return Tokens.of({
    me: client.json(HttpClientRequest.get(path), TokenInfo).pipe(Effect.withSpan("Tokens.me")),
    verify: client.text(HttpClientRequest.head(path)).pipe(Effect.asVoid, Effect.withSpan("Tokens.verify")),
    revoke
  })
})
