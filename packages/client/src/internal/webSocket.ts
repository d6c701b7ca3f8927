/**
 * Opens WebSockets by undici, through a dispatcher that is shared with the HTTP client. Undici keeps to itself why a
 * handshake failed; here the error of the event has it as its cause.
 */
import type * as Undici from "@effect/platform-node/Undici"
import type * as Socket from "effect/socket/Socket"

export const make =
  (undici: typeof Undici.default, shared: Undici.Dispatcher): Socket.WebSocketConstructor["Service"] =>
  (url, options) => {
    let failure: unknown
    const dispatcher = shared.compose((dispatch) => (request, handler) => {
      // Also where a server prefers HTTP/2: WebSockets over that are an experiment in undici.
      const http1 = { ...request, allowH2: false }
      return dispatch(http1, {
        onRequestStart: (...args) => handler.onRequestStart?.(...args),
        onRequestUpgrade: (...args) => handler.onRequestUpgrade?.(...args),
        onResponseStart: (...args) => handler.onResponseStart?.(...args),
        onResponseData: (...args) => handler.onResponseData?.(...args),
        onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
        onResponseError: (controller, error) => {
          failure = error
          handler.onResponseError?.(controller, error)
        }
      })
    })
    const { headers, protocols } =
      typeof options === "string" || Array.isArray(options)
        ? { headers: undefined, protocols: options }
        : (options ?? {})
    const socket = new undici.WebSocket(url, {
      dispatcher,
      ...(protocols === undefined ? {} : { protocols }),
      ...(headers === undefined ? {} : { headers })
    })
    // The first listener: whoever comes later finds the cause.
    socket.addEventListener("error", ({ error }) => {
      error.cause ??= failure
    })
    return socket
  }
