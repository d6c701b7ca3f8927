/**
 * Why the login host gives no token: a name of RFC 6749 and a text. It becomes the body that only the login host has.
 */
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Schema from "effect/Schema"

export class Refusal extends Schema.TaggedError<Refusal>("@effect-genesys/simulator/internal/Refusal")("Refusal", {
  error: Schema.String,
  description: Schema.String,
  status: Schema.Int
}) {}

export const refuse = (error: string, description: string, status = 400) => new Refusal({ error, description, status })

/** Answers of the login host are not for a cache. */
export const headers = { "cache-control": "no-store", pragma: "no-cache" }

export const answer = ({ description, error, status }: Refusal) =>
  HttpServerResponse.jsonUnsafe({ error, description, error_description: description }, { status, headers })
