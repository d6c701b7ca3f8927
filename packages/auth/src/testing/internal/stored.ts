/** What the cases for token stores put into them, and how they look at it. */
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { AccessToken } from "../../AccessToken.ts"
import { ClientCredentials } from "../../Grant.ts"
import { TokenEntry, type TokenOwner } from "../../TokenEntry.ts"
import { TokenStore } from "../../TokenStore.ts"

export const host = "https://login.mypurecloud.com"
export const clientId = "9f5f1e9a-0c47-4b0a-8f0e-4d6f6a3b2c1d"

/** Somebody whose token is stored. */
export const owner = (secret = "the-secret-of-a-test"): TokenOwner => ({
  host,
  grant: new ClientCredentials({ clientId, clientSecret: Redacted.make(secret) })
})

export const issued = { at: DateTime.makeUnsafe(1_000), result: "issued", message: "" } as const

export const tokenOf = (value: string) =>
  new AccessToken({
    value: Redacted.make(value),
    fingerprint: `print-of-${value}`,
    issuedAt: DateTime.makeUnsafe(1_000),
    expiresIn: Duration.seconds(300)
  })

/** With a token of this text, named `print-of-` and the text, that was issued one second after 1970 and lives for 300 s. */
export const entry = (value: string): TokenEntry =>
  new TokenEntry({ token: tokenOf(value), outcome: issued, failures: 0 })

/** Stores such an entry. */
export const put = (of: TokenOwner, value: string): Effect.Effect<void> =>
  Effect.flatMap(TokenStore, (store) => store.modify(of, () => Effect.succeed([undefined, entry(value)] as const)))

/** The text of the token that is stored. */
export const read = (of: TokenOwner): Effect.Effect<string | undefined> =>
  Effect.flatMap(TokenStore, (store) => store.get(of)).pipe(
    Effect.map((found) => Option.getOrUndefined(Option.map(found, ({ token }) => token && Redacted.value(token.value))))
  )
