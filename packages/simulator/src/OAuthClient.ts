/**
 * The OAuth clients that a simulator knows: how to state them in the options, and how to change one while it runs (rotate
 * its secret, disable it). A client here stands for a client-credentials grant.
 */
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"

/** A disabled client gets no token, and the tokens it has are dead. */
export const ClientState = Schema.Literals(["active", "disabled"])
export type ClientState = typeof ClientState.Type

/** One client, as given in the options. */
export interface OAuthClient {
  /** The client id: a UUID at Genesys, any text without a colon here. */
  readonly id: string
  readonly secret: Redacted.Redacted
  /** What `tokens/me` calls it. Default: the id. */
  readonly name?: string
  /** Default: `active`. */
  readonly state?: ClientState
  /** Seconds that its tokens live. Default: the simulator's `tokenLifetime`. */
  readonly tokenLifetime?: number
}

/** What may change on a client. A new secret takes effect at once, without overlap; live tokens stay. */
export const ClientChange = Schema.Struct({
  state: Schema.optionalKey(ClientState),
  secret: Schema.optionalKey(Schema.RedactedFromValue(Schema.NonEmptyString))
})
export type ClientChange = typeof ClientChange.Type

/** The simulator has no client with this id. */
export class UnknownClientError extends Schema.TaggedError<UnknownClientError>(
  "@effect-genesys/simulator/UnknownClientError"
)("UnknownClientError", { message: Schema.String, clientId: Schema.String }) {}
