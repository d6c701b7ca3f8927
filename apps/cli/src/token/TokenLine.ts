/** What `genesys token` prints of a token. */
import type { AccessToken } from "@effect-genesys/auth/AccessToken"
import * as DateTime from "effect/DateTime"
import * as Redacted from "effect/Redacted"

/** Milliseconds. @param now milliseconds since 1970 */
export const left = ({ expiresAt }: AccessToken, now: number): number => DateTime.toEpochMillis(expiresAt) - now

/** What is known of it, without itself. */
export const facts = (token: AccessToken, now: number) => ({
  fingerprint: token.fingerprint,
  issuedAt: DateTime.formatIso(token.issuedAt),
  expiresAt: DateTime.formatIso(token.expiresAt),
  secondsLeft: Math.floor(left(token, now) / 1000)
})

/** The token itself. @param header as a header of HTTP */
export const line = (token: AccessToken, header: boolean): string =>
  `${header ? "Authorization: Bearer " : ""}${Redacted.value(token.value)}`
