/** The end of a login: the token is revoked at Genesys Cloud, and token and secret are taken from this machine. */
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import type { AccessToken } from "@effect-genesys/auth/AccessToken"
import * as Redirect from "@effect-genesys/core/Redirect"
import { UnavailableError } from "@effect-genesys/auth/TokenError"
import { TokenStore } from "@effect-genesys/auth/TokenStore"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { ActiveSettings } from "@effect-genesys/program/ActiveSettings"
import { ownerOf, Profile } from "@effect-genesys/program/Profile"
import { Profiles } from "@effect-genesys/program/Profiles"
import { SecretStore } from "@effect-genesys/program/SecretStore"

export interface LoggedOut {
  /** None if the environment says who we are. */
  readonly profile: Option.Option<string>
  /** The fingerprint of the token that was revoked. */
  readonly revoked: Option.Option<string>
}

/**
 * Logs out whoever the settings name. A profile stays, without its secret. If the token cannot be revoked, everything else is
 * done all the same, and the failure says until when it lives.
 */
export const logout = Effect.gen(function* () {
  const { profile } = yield* ActiveSettings
  const { loginUrl } = yield* Environment
  const grant = yield* Credentials.use(({ current }) => current)
  const store = yield* TokenStore
  const owner = { host: loginUrl, grant }
  const entry = yield* store.get(owner)
  const token = Option.flatMap(entry, (known) => Option.fromUndefinedOr(known.token))
  const revoked = yield* Effect.result(Option.isSome(token) ? revoke(token.value) : Effect.succeed(false))
  yield* store.remove(owner)
  if (Option.isSome(profile)) yield* forget(profile.value.name)
  if (revoked._tag === "Failure") return yield* revoked.failure
  return {
    profile: Option.map(profile, ({ name }) => name),
    revoked: Option.map(revoked.success ? token : Option.none(), ({ fingerprint }) => fingerprint)
  } satisfies LoggedOut
})

/** Takes the secret of a profile away, and the token that it got. */
export const forget = Effect.fnUntraced(function* (name: string) {
  const profiles = yield* Profiles
  const secrets = yield* SecretStore
  const store = yield* TokenStore
  const profile = yield* profiles.get(name)
  const { secret, ...rest } = profile
  if (secret === undefined) return
  // A secret that cannot be read any more must not be one that cannot be deleted.
  const known = yield* Effect.orElseSucceed(secrets.get(secret), () => Option.none())
  if (Option.isSome(known)) yield* store.remove(ownerOf(profile, known.value))
  // First, so that no profile points at a secret that is gone.
  yield* profiles.put(name, new Profile(rest))
  yield* secrets.remove(secret)
})

/** Answers whether there was anything to revoke. It does not go through `GenesysClient`, which would ask for another token. */
const revoke = Effect.fnUntraced(function* (token: AccessToken) {
  if (token.expiresAt.epochMilliseconds <= (yield* Clock.currentTimeMillis)) return false
  const { apiUrl } = yield* Environment
  const http = Redirect.unfollowed(yield* HttpClient.HttpClient)
  const left = `The token was not revoked, and lives until ${new Date(token.expiresAt.epochMilliseconds).toISOString()}; it is gone from this machine.`
  const response = yield* http
    .execute(
      HttpClientRequest.delete(`${apiUrl}/api/v2/tokens/me`).pipe(
        HttpClientRequest.bearerToken(Redacted.value(token.value))
      )
    )
    .pipe(
      Effect.timeout("10 seconds"),
      Effect.mapError(
        () =>
          new UnavailableError({ reason: "Connection", host: apiUrl, message: `${apiUrl} cannot be reached. ${left}` })
      )
    )
  // It was dead already.
  if (response.status === 401) return false
  if (response.status >= 200 && response.status < 300) return true
  return yield* new UnavailableError({
    reason: "ServerError",
    host: apiUrl,
    status: response.status,
    message: `${apiUrl} answers ${response.status}. ${left}`
  })
})
