/** What tells one owner of a token from another, as a list of words. It holds the secret, so it is only ever hashed or kept in memory. */
import * as Redacted from "effect/Redacted"
import type { Grant } from "../Grant.ts"
import type { TokenOwner } from "../TokenEntry.ts"

export const subjectOf = ({ grant, host, number }: TokenOwner): ReadonlyArray<string> => [
  host,
  grant.clientId,
  ...subject(grant),
  secretOf(grant) ?? "",
  ...(number === undefined ? [] : [String(number)])
]

/** The client secret, if the grant has one. */
export const secretOf = (grant: Grant): string | undefined =>
  grant.clientSecret === undefined ? undefined : Redacted.value(grant.clientSecret)

/** What the owner's entry is sealed with, if the grant brings something that only its owner has. */
export const sealingSecretOf = (grant: Grant): string | undefined =>
  secretOf(grant) ?? (grant._tag === "RefreshToken" ? Redacted.value(grant.refreshToken) : undefined)

/** A login is named by what it began with, a code or a refresh token; what follows from that changes. */
const subject = (grant: Grant): ReadonlyArray<string> => {
  switch (grant._tag) {
    case "ClientCredentials":
      return ["client_credentials"]
    case "AuthorizationCode":
      return ["authorization_code", Redacted.value(grant.code)]
    case "RefreshToken":
      return ["refresh_token", Redacted.value(grant.refreshToken)]
    case "Saml2Bearer":
      return ["saml2-bearer", grant.orgName, Redacted.value(grant.assertion)]
  }
}
