/** What `genesys token` prints of a token. */
import type { AccessToken } from "@effect-genesys/auth/AccessToken"
import * as DateTime from "effect/DateTime"
import * as Redacted from "effect/Redacted"

export interface TokenForm {
  readonly header: boolean
  readonly json: boolean
}

/** Milliseconds. @param now milliseconds since 1970 */
export const left = ({ expiresAt }: AccessToken, now: number): number => DateTime.toEpochMillis(expiresAt) - now

export const tokenLine = (token: AccessToken, { header, json }: TokenForm, now: number): string => {
  if (json) {
    return JSON.stringify({
      fingerprint: token.fingerprint,
      issuedAt: DateTime.formatIso(token.issuedAt),
      expiresAt: DateTime.formatIso(token.expiresAt),
      secondsLeft: Math.floor(left(token, now) / 1000)
    })
  }
  const value = Redacted.value(token.value)
  return header ? `Authorization: Bearer ${value}` : value
}
