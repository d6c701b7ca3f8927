/** What tells one owner of a token from another, as a list of words. It holds the secret, so it is only ever hashed or kept in memory. */
import * as Redacted from "effect/Redacted"
import type { Grant } from "../Grant.ts"
import type { TokenOwner } from "../TokenEntry.ts"

export const subjectOf = ({ grant, host }: TokenOwner): ReadonlyArray<string> => [
  host,
  grant.clientId,
  ...subject(grant),
  secretOf(grant) ?? ""
]

/** The client secret, if the grant has one. */
export const secretOf = (grant: Grant): string | undefined =>
  grant.clientSecret === undefined ? undefined : Redacted.value(grant.clientSecret)

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
