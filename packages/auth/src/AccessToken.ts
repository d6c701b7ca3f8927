/**
 * An access token as Genesys issued it, with its times. The token itself is `Redacted`; where a token must be named (a
 * log, a status, an error) its fingerprint is used.
 */
import * as DateTime from "effect/DateTime"
import * as Digest from "effect/crypto/Digest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"

/**
 * A token with its times, as it is held and stored. `value` is `Redacted`: unwrap it where a header is made, and
 * nowhere else.
 */
export class AccessToken extends Schema.Class<AccessToken>("@effect-genesys/auth/AccessToken")({
  value: Schema.Redacted(Schema.String),
  /** The first 12 hex digits of the token's SHA-256: enough to tell two tokens apart, useless to whoever reads it. */
  fingerprint: Schema.String,
  /** When the request for it was sent. Its life is counted from here, so it ends a little early rather than late. */
  issuedAt: Schema.DateTimeUtc,
  /** Its life as Genesys states it (`expires_in`): 5 minutes to 48 hours, as set on the OAuth client; with SCIM up to 450 days. */
  expiresIn: Schema.Duration
}) {
  get expiresAt(): DateTime.Utc {
    return DateTime.addDuration(this.issuedAt, this.expiresIn)
  }
}

/** Names a token without giving it away. */
export const fingerprint = (token: Redacted.Redacted): Effect.Effect<string, never, Digest.Digest> =>
  Digest.Digest.use((digest) => digest.digestHex(Digest.sha256, new TextEncoder().encode(Redacted.value(token)))).pipe(
    Effect.map((hex) => hex.slice(0, 12))
  )
