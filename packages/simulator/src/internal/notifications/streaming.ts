/**
 * `GET /channels/{id}`: where the WebSocket of a notification channel is opened. In memory there are no sockets, and the
 * answer is a 426.
 */
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import { Channels } from "./channels.ts"
import * as ChannelSocket from "./channelSocket.ts"
import { CurrentRequest } from "../shared/currentRequest.ts"
import { Events } from "./events.ts"
import { failure } from "../shared/failure.ts"
import { SimulatorClock } from "../shared/simulatorClock.ts"

export const layer = HttpRouter.use(
  Effect.fnUntraced(function* (router) {
    const channels = yield* Channels
    const parts = { channels, clock: yield* SimulatorClock, events: yield* Events }

    yield* router.add(
      "GET",
      "/channels/:channelId",
      Effect.gen(function* () {
        const { correlationId, now } = yield* CurrentRequest
        const { channelId = "" } = yield* HttpRouter.params
        const channel = channels.find(channelId, now)
        if (channel === undefined) return failure(404, correlationId)
        const request = yield* HttpServerRequest.HttpServerRequest
        const socket = yield* Effect.orElseSucceed(request.upgrade, () => undefined)
        if (socket === undefined) return HttpServerResponse.empty({ status: 426, headers: { upgrade: "websocket" } })
        channel.usedAt = now
        channel.sockets++
        yield* Effect.ignore(ChannelSocket.run(parts, channel, socket)).pipe(
          Effect.ensuring(Effect.sync(() => void channel.sockets--))
        )
        return HttpServerResponse.empty()
      })
    )
  })
)
