/** The form and the headers that each grant is shown with (RFC 6749, sections 4.1.3, 4.4.2 and 6; RFC 7636; RFC 7522). */
import * as Base64 from "effect/encoding/Base64"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import type { Grant } from "../Grant.ts"

export const make = (url: string, grant: Grant): HttpClientRequest.HttpClientRequest => {
  const request = HttpClientRequest.post(url).pipe(
    // No compression: the answer is small, and a bound on what is read must mean what it says.
    HttpClientRequest.setHeaders({ accept: "application/json", "accept-encoding": "identity" })
  )
  const basic = basicOf(grant)
  return basic === undefined
    ? HttpClientRequest.bodyUrlParams(request, { ...formOf(grant), client_id: grant.clientId })
    : request.pipe(
        HttpClientRequest.setHeader("authorization", `Basic ${basic}`),
        HttpClientRequest.bodyUrlParams(formOf(grant))
      )
}

/** Everything in a grant that must not come back in an error, in each form that a host could echo. */
export const secretsOf = (grant: Grant): ReadonlyArray<string> => {
  const plain = Object.values(grant).flatMap((value) =>
    Redacted.isRedacted(value) ? [String(Redacted.value(value))] : []
  )
  const basic = basicOf(grant)
  const encoded = plain.flatMap((text) => [
    encodeURIComponent(text),
    new URLSearchParams([[text, ""]]).toString().slice(0, -1)
  ])
  const lower = encoded.map((text) => text.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()))
  return [...plain, ...encoded, ...lower, ...(basic === undefined ? [] : [basic])].filter((text) => text !== "")
}

/** A client that uses PKCE has no secret, and sends its id in the form instead. */
const basicOf = (grant: Grant): string | undefined =>
  grant.clientSecret === undefined || (grant._tag === "AuthorizationCode" && grant.codeVerifier !== undefined)
    ? undefined
    : Base64.encode(`${grant.clientId}:${Redacted.value(grant.clientSecret)}`)

const formOf = (grant: Grant): Record<string, string> => {
  switch (grant._tag) {
    case "ClientCredentials":
      return { grant_type: "client_credentials" }
    case "AuthorizationCode":
      return {
        grant_type: "authorization_code",
        code: Redacted.value(grant.code),
        redirect_uri: grant.redirectUri,
        ...(grant.codeVerifier === undefined ? {} : { code_verifier: Redacted.value(grant.codeVerifier) })
      }
    case "RefreshToken":
      return { grant_type: "refresh_token", refresh_token: Redacted.value(grant.refreshToken) }
    case "Saml2Bearer":
      return {
        grant_type: "urn:ietf:params:oauth:grant-type:saml2-bearer",
        orgName: grant.orgName,
        assertion: Redacted.value(grant.assertion)
      }
  }
}
