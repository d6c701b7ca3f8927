/** The interval of a request, looked at before it is sent: Genesys and JavaScript read days that do not exist as other days. */
import * as Moment from "@effect-genesys/core/Moment"
import * as Effect from "effect/Effect"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import { InvalidRequestError } from "../GenesysError.ts"
import { callOf } from "./apiError.ts"

/** The request, unless one end of the interval does not exist or the second is not after the first. */
export const checked = (
  request: HttpClientRequest.HttpClientRequest,
  interval: string
): Effect.Effect<HttpClientRequest.HttpClientRequest, InvalidRequestError> => {
  const [from = "", to = "", ...more] = interval.split("/")
  const areThere = more.length === 0 && Moment.isPossible(from) && Moment.isPossible(to)
  // Without zones they are in that of the organization, both of them.
  return areThere && Date.parse(from) < Date.parse(to)
    ? Effect.succeed(request)
    : Effect.fail(
        new InvalidRequestError({
          api: callOf(request),
          details: [],
          message:
            `${request.method} ${callOf(request).path} was not sent: the interval ${JSON.stringify(interval.slice(0, 100))} is none. ` +
            "Write two moments that exist, the earlier one first, such as 2025-11-03T00:00:00Z/2025-11-04T00:00:00Z."
        })
      )
}
