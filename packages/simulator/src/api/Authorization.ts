/**
 * What stands before every API endpoint: the bearer check with its two 401s, the permissions, the rate limit of each token
 * and the daily limit of each client, and the Genesys body for requests whose body does not fit. The rules themselves are in `internal`.
 */
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import * as HttpApiSecurity from "effect/http-api/HttpApiSecurity"
import type { CurrentToken } from "../internal/login/tokens.ts"
import { BadRequest, Forbidden, TooManyRequests, Unauthorized, UnsupportedMediaType } from "./ErrorBody.ts"

/** Lets a request through with a token that is good, for what its client may do, as often as it may. */
export class Authorization extends HttpApiMiddleware.Service<Authorization, { provides: CurrentToken }>()(
  "@effect-genesys/simulator/Authorization",
  {
    security: { bearer: HttpApiSecurity.bearer },
    error: [Unauthorized, Forbidden, TooManyRequests]
  }
) {}

/** Answers a body that does not fit as Genesys does. */
export class BodyCheck extends HttpApiMiddleware.Service<BodyCheck>()("@effect-genesys/simulator/BodyCheck", {
  error: [BadRequest, UnsupportedMediaType]
}) {}
