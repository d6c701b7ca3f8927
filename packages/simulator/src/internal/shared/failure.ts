/** An answer with Genesys' error body for a status. */
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as ErrorBody from "../../api/ErrorBody.ts"

export const failure = (status: number, contextId: string): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.jsonUnsafe(ErrorBody.make({ status, contextId }), { status })
