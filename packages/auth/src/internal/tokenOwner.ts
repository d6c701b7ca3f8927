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

/** A code and the refresh tokens that follow from it are the same login; they change, so they do not name it. */
const subject = (grant: Grant): ReadonlyArray<string> => {
  switch (grant._tag) {
    case "ClientCredentials":
      return ["client_credentials"]
    case "AuthorizationCode":
    case "RefreshToken":
      return ["authorization_code", grant.subject ?? ""]
    case "Saml2Bearer":
      return ["saml2-bearer", grant.orgName, Redacted.value(grant.assertion)]
  }
}
