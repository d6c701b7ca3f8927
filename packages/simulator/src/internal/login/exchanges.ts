/**
 * The grants of `/oauth/token`: what each of them checks, and which token it brings. Nothing is used up before the token is
 * given out, so a request that is refused can be sent again.
 */
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import type * as UrlParams from "effect/http/UrlParams"
import * as Result from "effect/Result"
import type { ClientGrant } from "../../OAuthClient.ts"
import { Grants } from "./grants.ts"
import { Settings } from "../shared/settings.ts"
import type { TokenKind } from "./tokens.ts"
import * as Caller from "./caller.ts"
import { field, required } from "./form.ts"
import * as Pkce from "./pkce.ts"
import { type Refusal, refuse } from "./refusal.ts"
import * as Scope from "./scope.ts"

/** A token that may be given out. */
export interface Permit extends TokenKind {
  /** With a refresh token, which needs a secret or not. */
  readonly refresh?: { readonly withoutSecret: boolean }
  /** What to use up when it is given out. */
  readonly useUp?: () => void
}

export interface Exchange {
  /** What a client must have. */
  readonly grant: ClientGrant
  readonly check: (form: UrlParams.UrlParams, caller: Caller.Caller, now: number) => Effect.Effect<Permit, Refusal>
}

const isBase64 = (text: string) => Result.isSuccess(Base64.decode(text))

export const make = Effect.gen(function* () {
  const { codes, refreshTokens } = yield* Grants
  const { oauth, organizationName } = yield* Settings
  const { mustBeAuthenticated } = yield* Caller.make

  const scopeOf = (form: UrlParams.UrlParams, allowed: ReadonlyArray<string> | undefined) => {
    const scope = Scope.granted(field(form, "scope"), allowed)
    const { description, error, status } = oauth.badScope
    return scope === undefined ? Effect.fail(refuse(error, description, status)) : Effect.succeed(scope)
  }

  const clientCredentials: Exchange = {
    grant: "client_credentials",
    check: Effect.fnUntraced(function* (form, { client }) {
      return { ofUser: false, scope: yield* scopeOf(form, client.scopes) }
    })
  }

  const authorizationCode: Exchange = {
    grant: "code",
    check: Effect.fnUntraced(function* (form, caller, now) {
      const value = yield* required(form, "code")
      const redirectUri = yield* required(form, "redirect_uri")
      const verifier = field(form, "code_verifier")
      if (verifier !== undefined && !Pkce.isVerifier(verifier)) {
        return yield* refuse("invalid_request", "code_verifier must have 43 to 128 unreserved characters")
      }
      const code = codes.find(value, now)
      if (code === undefined || code.client !== caller.client) {
        return yield* refuse("invalid_grant", "authorization code is invalid or expired")
      }
      if (code.redirectUri !== redirectUri) return yield* refuse("invalid_grant", "redirect_uri does not match")
      if (code.challenge === undefined) yield* mustBeAuthenticated(caller)
      if (!Pkce.matches(verifier, code.challenge)) {
        return yield* refuse("invalid_grant", "code_verifier does not match")
      }
      const refresh = { withoutSecret: !caller.authenticated }
      return { ofUser: true, scope: code.scope, refresh, useUp: () => codes.useUp(value) }
    })
  }

  const refreshToken: Exchange = {
    grant: "code",
    check: Effect.fnUntraced(function* (form, caller, now) {
      const value = yield* required(form, "refresh_token")
      const old = refreshTokens.find(value, now)
      if (old === undefined || old.client !== caller.client) {
        return yield* refuse("invalid_grant", "refresh token is invalid or expired")
      }
      if (!old.withoutSecret) yield* mustBeAuthenticated(caller)
      const scope = yield* scopeOf(form, old.scope.length === 0 ? undefined : old.scope)
      const { withoutSecret } = old
      return { ofUser: true, scope, refresh: { withoutSecret }, useUp: () => refreshTokens.useUp(value) }
    })
  }

  const saml2Bearer: Exchange = {
    grant: "saml2_bearer",
    check: Effect.fnUntraced(function* (form, { client }) {
      const orgName = yield* required(form, "orgName")
      const assertion = yield* required(form, "assertion")
      if (orgName !== organizationName) return yield* refuse("invalid_grant", "organization not found")
      if (!isBase64(assertion)) return yield* refuse("invalid_grant", "assertion is not valid")
      return { ofUser: true, scope: yield* scopeOf(form, client.scopes) }
    })
  }

  /** By `grant_type`. */
  return new Map<string, Exchange>([
    ["client_credentials", clientCredentials],
    ["authorization_code", authorizationCode],
    ["refresh_token", refreshToken],
    ["urn:ietf:params:oauth:grant-type:saml2-bearer", saml2Bearer]
  ])
})
