/**
 * A person's login in the browser, with PKCE (RFC 7636, RFC 8252): no secret of a client is needed, and what the browser
 * brings back is of use to this process alone.
 */
import { Environment } from "@effect-genesys/auth/Environment"
import * as Grant from "@effect-genesys/auth/Grant"
import { TokenEndpoint } from "@effect-genesys/auth/TokenEndpoint"
import { TokenEntry } from "@effect-genesys/auth/TokenEntry"
import { AuthenticationError, UnavailableError } from "@effect-genesys/auth/TokenError"
import { TokenStore } from "@effect-genesys/auth/TokenStore"
import { RetryPolicy } from "@effect-genesys/client/RetryPolicy"
import * as Identity from "@effect-genesys/program/Identity"
import { UsageError } from "@effect-genesys/program/UsageError"
import * as Console from "effect/Console"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { createHash, randomBytes } from "node:crypto"
import * as Browser from "./browser.ts"
import * as Callback from "./callback.ts"
import * as LoggedIn from "./loggedIn.ts"
import * as Login from "./Login.ts"
import * as LoginPage from "./loginPage.ts"

export interface WebLoginOptions {
  /** The port of the redirect URI that the OAuth client knows; 0 takes a free one. */
  readonly port: number
  /** Whether the browser is opened; the URL is printed in any case. */
  readonly browser: boolean
  /** How long the person may take. */
  readonly wait: Duration.Duration
}

/** The port that the documentation names. */
export const defaultPort = 8976
/** How long a person may take, where nobody says. */
export const usualWait: Duration.Duration = Duration.minutes(5)

/** The profile that it has stored, and whom the token stands for, in words that complete "Logged in". */
export const run = Effect.fnUntraced(
  function* (target: Login.Target, options: WebLoginOptions) {
    const { loginUrl } = yield* Environment
    const state = randomBytes(32).toString("base64url")
    const verifier = randomBytes(32).toString("base64url")
    const { code, redirectUri } = yield* Callback.listen({ port: options.port, state, region: target.region.name })

    const url = new URL(`${loginUrl}/oauth/authorize`)
    url.search = new URLSearchParams({
      client_id: target.clientId,
      response_type: "code",
      redirect_uri: redirectUri,
      state,
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256"
    }).toString()
    const page = options.browser ? yield* Effect.option(LoginPage.write(url.href)) : Option.none()
    yield* Console.error(
      Option.isSome(page)
        ? `The browser opens ${page.value}, which leads to the login. If it does not, or may not read that file, log in at this address:\n${url.href}`
        : `Log in at this address${options.browser ? ", since no file can be written that the browser could open" : ""}:\n${url.href}`
    )
    if (Option.isSome(page)) yield* Browser.open(page.value)

    const found = yield* Effect.timeoutOrElse(code, {
      duration: options.wait,
      orElse: () =>
        Effect.fail(
          new UsageError({
            message:
              `Nobody logged in within ${Duration.format(options.wait)}. Start again; ` +
              `the OAuth client must allow the redirect URI ${redirectUri}.`
          })
        )
    })
    const endpoint = yield* TokenEndpoint
    const { deadline } = yield* RetryPolicy
    const grant = new Grant.AuthorizationCode({
      clientId: target.clientId,
      code: found,
      redirectUri,
      codeVerifier: Redacted.make(verifier)
    })
    const issued = yield* Effect.timeoutOrElse(endpoint.exchange(grant), {
      duration: deadline,
      orElse: () =>
        Effect.fail(
          new UnavailableError({
            reason: "Timeout",
            host: endpoint.host,
            message: `${endpoint.host} issued no token within ${Duration.format(deadline)}. Try again later.`
          })
        )
    })
    if (issued.next._tag !== "RefreshToken") {
      return yield* new AuthenticationError({
        code: "no_refresh_token",
        description: "",
        region: target.region.name,
        message: `${endpoint.host} issued no refresh token, so that the login would end with its first token. Let the OAuth client issue refresh tokens.`
      })
    }
    const profile = yield* Login.save(target, "web", issued.next.refreshToken)
    // The first token is as good as any: the next command need not ask.
    const store = yield* TokenStore
    const entry = new TokenEntry({
      token: issued.token,
      refreshToken: issued.next.refreshToken,
      refreshedAt: issued.token.issuedAt,
      outcome: { at: DateTime.makeUnsafe(issued.token.issuedAt), result: "issued", message: "" },
      failures: 0
    })
    yield* store.modify({ host: endpoint.host, grant: issued.next }, () => Effect.succeed([undefined, entry]))
    return { profile, who: yield* LoggedIn.words(issued.token) }
  },
  (effect, target) =>
    Effect.scoped(effect).pipe(Effect.provide(Identity.layerStore), Effect.provide(Login.layerTarget(target)))
)
