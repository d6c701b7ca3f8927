/** Which headers pass a local proxy: all but those that belong to one connection, and those that say who somebody is. */
import * as Headers from "effect/http/Headers"

/** They are about one connection (RFC 9110, section 7.6.1), or about the length that is sent anew. */
const ofTheConnection = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authentication-info",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "http2-settings"
]

/** Of the caller: its own credentials, what would tell the secret path of the proxy, and what would make a call another one. */
const ofTheCaller = [
  "authorization",
  "cookie",
  "host",
  "referer",
  "expect",
  "content-length",
  "accept-encoding",
  "x-http-method",
  "x-http-method-override",
  "x-method",
  "x-method-override",
  "x-original-url",
  "x-rewrite-url"
]

const without = (headers: Headers.Headers, names: ReadonlyArray<string>) => {
  const named = (headers["connection"] ?? "").split(",").map((name) => name.trim().toLowerCase())
  return Headers.removeMany(headers, [...ofTheConnection, ...names, ...named.filter((name) => name !== "")])
}

/** Those of a request that go on to Genesys Cloud. How answers are packed on the way here is up to the transport. */
export const onward = (headers: Headers.Headers): Headers.Headers => without(headers, ofTheCaller)

/** Those of an answer that go back to the caller. */
export const back = (headers: Headers.Headers): Headers.Headers => without(headers, ["set-cookie"])
