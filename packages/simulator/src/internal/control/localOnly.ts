/**
 * Who may use the control API: peers on the loopback interface that name a loopback host and are no web page. A request in
 * memory has no peer and needs no `Host`.
 */
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { LocalOnly } from "../../api/ControlApi.ts"
import * as ErrorBody from "../../api/ErrorBody.ts"
import { CurrentRequest } from "../shared/currentRequest.ts"

const ipv4 = /^(?:::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/i

/** Whether an address or a host name means this machine; a name that only resolves to it does not count. */
export const isLoopback = (host: string): boolean => host === "::1" || host === "localhost" || ipv4.test(host)

/** The host of a `Host` header, without port and brackets. */
const hostOf = (header: string): string => {
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::\d+)?$/.exec(header.toLowerCase())
  return match?.[1] ?? match?.[2] ?? ""
}

/** Whether a request may use the control API. */
export const isLocal = (request: HttpServerRequest.HttpServerRequest): boolean => {
  const { host, origin } = request.headers
  const peer = Option.getOrUndefined(request.peerAddress)
  if (origin !== undefined) return false
  if (peer !== undefined && !isLoopback(peer)) return false
  return host === undefined ? peer === undefined : isLoopback(hostOf(host))
}

export const LocalOnlyLive = Layer.succeed(
  LocalOnly,
  Effect.fnUntraced(function* (httpEffect) {
    const request = yield* HttpServerRequest.HttpServerRequest
    if (isLocal(request)) return yield* httpEffect
    const { correlationId } = yield* CurrentRequest
    const message = "The control API is for programs on this machine."
    return yield* Effect.fail(ErrorBody.make({ status: 403, contextId: correlationId, message }))
  })
)
