/**
 * What is known of the login host and how it answers who asks for a token.
 */
import * as Redacted from "effect/Redacted"
import { absent, as, control, get, head, mint, post, raw, remove, type Row, wait } from "../support/Contract.ts"
import { challenge, codeClient, redirect_uri, verifier } from "../support/Login.ts"

const me = get("/api/v2/tokens/me")
const good = {
  status: 200,
  body: { access_token: /^[\w-]{86}$/, token_type: /^bearer$/i, expires_in: 86_400 }
} as const
const refused = (error: string, description: string | RegExp, status = 400) => ({
  status,
  body: { error, description, error_description: description, access_token: absent, code: absent, contextId: absent }
})
const dead = { status: 401, body: { code: "bad.credentials", message: "Invalid login credentials." } } as const

const client = (more: object) => ({ clients: [{ id: "one", secret: Redacted.make("s"), ...more }] as const })
const disable = control("/clients/{client}", { state: "disabled" })

const code = { clients: [codeClient] as const }
const web = { id: codeClient.id, secret: "web-secret" }
const query = `client_id=web&response_type=code&redirect_uri=${encodeURIComponent(redirect_uri)}`
const authorize = as("", get(`/oauth/authorize?${query}`))
const pkce = as("", get(`/oauth/authorize?${query}&code_challenge=${challenge}&code_challenge_method=S256`))
const exchange = mint({ ...web, form: { grant_type: "authorization_code", code: "{0.query.code}", redirect_uri } })
const refresh = mint({ ...web, form: { grant_type: "refresh_token", refresh_token: "{1.body.refresh_token}" } })
const verified = (text: string) =>
  as(
    "",
    raw(
      "/oauth/token",
      `grant_type=authorization_code&code={0.query.code}&client_id=web&code_verifier=${text}&redirect_uri=${encodeURIComponent(redirect_uri)}`,
      "application/x-www-form-urlencoded"
    )
  )
const saml = {
  id: "one",
  secret: "s",
  form: { grant_type: "urn:ietf:params:oauth:grant-type:saml2-bearer", orgName: "Your Company", assertion: "PHNhbWw+" }
}
const grants = (grant: string) => mint({ form: { grant_type: grant } })
const limited = refused("invalid_request", /^rate limit exceeded;/)

export const rows: ReadonlyArray<Row> = [
  { name: "client credentials", steps: [mint()], ...good },
  {
    name: "client credentials never get a refresh token",
    steps: [mint()],
    status: 200,
    body: { refresh_token: absent }
  },
  {
    name: "expires_in is set on the client",
    given: client({ tokenLifetime: 300 }),
    steps: [mint()],
    status: 200,
    body: { expires_in: 300 }
  },
  { name: "unknown client id", steps: [mint({ id: "x" })], ...refused("invalid_client", "client not found") },
  { name: "wrong secret", steps: [mint({ secret: "x" })], ...refused("invalid_client", "authentication failed") },
  {
    name: "wrong secret [U] with 401",
    given: { wrongSecretStatus: 401 },
    steps: [mint({ secret: "x" })],
    ...refused("invalid_client", "authentication failed", 401)
  },
  { name: "too many token requests", given: { mintLimit: { limit: 2 } }, steps: [mint(), mint(), mint()], ...limited },
  {
    name: "too many, and none of the failures have a Retry-After",
    given: { mintLimit: { limit: 1 } },
    steps: [mint(), mint()],
    status: 400,
    headers: { "retry-after": absent, "inin-ratelimit-count": absent }
  },
  {
    name: "10 tokens in a second go through",
    given: { mintLimit: {} },
    steps: [mint(), ...Array.from({ length: 9 }, () => mint())],
    ...good
  },
  { name: "the 11th in a second does not", steps: [mint(), ...Array.from({ length: 10 }, () => mint())], ...limited },
  {
    name: "rate limit, defensively",
    steps: [
      control("/faults", { path: "/oauth/token", status: 429, headers: { "retry-after": "7" }, body: "" }),
      mint()
    ],
    status: 429,
    headers: { "retry-after": "7" }
  },
  { name: "disabled client", steps: [disable, mint()], ...refused("invalid_client", /disabled/) },
  {
    name: "inactive client",
    given: client({ state: "inactive" }),
    steps: [mint()],
    ...refused("invalid_client", /inactive/)
  },
  {
    name: "disabled client [U] as told",
    given: { oauth: { disabledClient: { status: 401, error: "access_denied" } } },
    steps: [disable, mint()],
    ...refused("access_denied", /./, 401)
  },
  {
    name: "a grant the client does not have",
    steps: [mint(saml)],
    given: client({}),
    status: 400,
    body: { error: "unauthorized_client" }
  },
  { name: "a grant there is not", steps: [grants("password")], status: 400, body: { error: "unsupported_grant_type" } },
  { name: "no grant", steps: [mint({ form: {} })], status: 400, body: { error: "invalid_request" } },
  {
    name: "bad scope",
    given: client({ scopes: ["users:readonly"] }),
    steps: [mint({ form: { grant_type: "client_credentials", scope: "analytics" } })],
    status: 400,
    body: { error: "invalid_scope" }
  },
  {
    name: "5xx, HTML from a proxy",
    steps: [control("/faults", { path: "/oauth/token", status: 503, html: true }), mint()],
    status: 503,
    headers: { "content-type": /^text\/html/ },
    body: { "": /^<(!doctype )?html/i }
  },
  { name: "authorize", given: code, steps: [authorize], status: 302, headers: { location: /[?&]code=[\w-]+$/ } },
  { name: "authorization code", given: code, steps: [authorize, exchange], ...good },
  {
    name: "the code grants have a refresh token",
    given: code,
    steps: [authorize, exchange],
    status: 200,
    body: { refresh_token: /^[\w-]{20,}$/ }
  },
  {
    name: "a code is good once",
    given: code,
    steps: [authorize, exchange, exchange],
    status: 400,
    body: { error: "invalid_grant" }
  },
  { name: "PKCE, without the Authorization header", given: code, steps: [pkce, verified(verifier)], ...good },
  {
    name: "PKCE, another verifier",
    given: code,
    steps: [pkce, verified("w".repeat(43))],
    status: 400,
    body: { error: "invalid_grant" }
  },
  { name: "PKCE, a verifier of 42 characters", given: code, steps: [pkce, verified("v".repeat(42))], status: 400 },
  { name: "PKCE, a verifier of 129 characters", given: code, steps: [pkce, verified("v".repeat(129))], status: 400 },
  { name: "refresh token", given: code, steps: [authorize, exchange, refresh], ...good },
  {
    name: "the refresh token rotates",
    given: code,
    steps: [authorize, exchange, refresh, refresh],
    status: 400,
    body: { error: "invalid_grant" }
  },
  { name: "SAML2 bearer", given: client({ grants: ["saml2_bearer"] }), steps: [mint(saml)], ...good },

  { name: "disabling a client kills its live tokens", steps: [me, disable, me], ...dead },
  {
    name: "HIPAA: used within 15 minutes",
    given: { oauth: { idleTimeout: 900 } },
    steps: [me, wait("899 seconds"), me],
    status: 200
  },
  {
    name: "HIPAA: dead after 15 idle minutes",
    given: { oauth: { idleTimeout: 900 } },
    steps: [me, wait("900 seconds"), me],
    ...dead
  },
  {
    name: "regenerating the secret leaves no overlap",
    steps: [post("/api/v2/oauth/clients/{client}/secret"), mint()],
    ...refused("invalid_client", "authentication failed")
  },
  {
    name: "regenerating the secret answers the new one, once",
    steps: [post("/api/v2/oauth/clients/{client}/secret")],
    status: 200,
    body: { secret: /^.{20,}$/, authorizedGrantType: "CLIENT-CREDENTIALS" }
  },
  {
    name: "tokens per client are capped [U]",
    given: { oauth: { clientTokenCap: 2 } },
    steps: [mint(), mint(), mint(), as("{0.body.access_token}", me)],
    ...dead
  },
  {
    name: "the cap spares the newest",
    given: { oauth: { clientTokenCap: 2 } },
    steps: [mint(), mint(), mint(), as("{1.body.access_token}", me)],
    status: 200
  },
  {
    name: "tokens/me describes the token",
    steps: [me],
    status: 200,
    body: { "organization.name": "Your Company", "OAuthClient.id": /^[\da-f-]{36}$/, authorizedScope: [] }
  },
  {
    name: "tokens/me says when the token idles out",
    given: { oauth: { idleTimeout: 900 } },
    steps: [me],
    status: 200,
    body: { dateTokenIdles: /^2026-11-10T12:15:00/ }
  },
  { name: "HEAD verifies it", steps: [head("/api/v2/tokens/me")], status: 200, body: { "": "" } },
  { name: "HEAD of a dead one", steps: [as("x", head("/api/v2/tokens/me"))], status: 401 },
  { name: "DELETE revokes it", steps: [remove("/api/v2/tokens/me"), me], ...dead }
]
