/**
 * A transport whose answers travel packed: it asks for gzip, and what it gives is unpacked, as it is read. Undici itself reads no
 * encoding, and its own interceptor for that prints a warning that it is an experiment. How long an unpacked body may be is up to
 * whoever reads it: nothing is unpacked ahead of its reader.
 */
import * as ResponseText from "@effect-genesys/core/ResponseText"
import * as NodeStream from "@effect/platform-node/NodeStream"
import * as Effect from "effect/Effect"
import * as Headers from "effect/http/Headers"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Stream from "effect/Stream"
import type { Duplex } from "node:stream"
import { constants, createBrotliDecompress, createGunzip, createZstdDecompress } from "node:zlib"
import * as Body from "./body.ts"
import * as Inflate from "./inflate.ts"

type Response = HttpClientResponse.HttpClientResponse

/** As RFC 9110, section 8.4.1, and RFC 8878 name them; the window of the last is bounded as RFC 9659 asks. */
const decoders: ReadonlyMap<string, () => Duplex> = new Map<string, () => Duplex>([
  ["gzip", () => createGunzip()],
  ["x-gzip", () => createGunzip()],
  ["deflate", Inflate.make],
  ["br", () => createBrotliDecompress()],
  ["zstd", () => createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: 23 } })]
])

/** Nobody packs what is packed more often; each one could unpack a bomb of the one before. */
const mostEncodings = 2

const encodingsOf = (response: Response): ReadonlyArray<string> =>
  (response.headers["content-encoding"] ?? "")
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && name !== "identity")

const hasNoBody = ({ headers, request, status }: Response) =>
  request.method === "HEAD" || status === 204 || status === 304 || headers["content-length"] === "0"

/** Ends a body that nobody reads: it would hold its connection for as long as the host sends. */
const ended = ({ stream }: Response) => Effect.ignore(Effect.scoped(Stream.toPull(stream)))

/** Those of undici's answers are made anew whenever somebody looks at them. */
const withHeaders = (response: Response) =>
  Object.defineProperty(response, "headers", { value: response.headers, configurable: true, enumerable: true })

const unpacked = (given: Response): Effect.Effect<Response, HttpClientError.HttpClientError> => {
  const response = withHeaders(given)
  const encodings = encodingsOf(response)
  if (encodings.length === 0 || hasNoBody(response)) return Effect.succeed(response)
  const known = encodings.flatMap((name) => decoders.get(name) ?? [])
  if (known.length < encodings.length || known.length > mostEncodings) {
    // The words of a stranger.
    const said = encodings
      .join(", ")
      .replaceAll(/[^\w, -]/g, "?")
      .slice(0, 60)
    const error = Body.unread(response, `a body that is packed as ${said}, which was not asked for`)
    return Effect.andThen(ended(response), Effect.fail(error))
  }
  const onError = (cause: unknown) =>
    cause instanceof HttpClientError.HttpClientError
      ? cause
      : Body.unread(response, "a packed body that is damaged", cause)
  // The last one that was applied is taken away first.
  const stream = known.reduceRight<Response["stream"]>(
    (packed, evaluate) => NodeStream.pipeThroughDuplex(packed, { evaluate, onError, chunkSize: 1 }),
    response.stream
  )
  // Its length was that of the packed body.
  const headers = Headers.removeMany(response.headers, ["content-encoding", "content-length"])
  const made: Response = Object.create(response, { headers: { get: () => headers }, stream: { get: () => stream } })
  return Body.reading(made, ResponseText.bytes(made, Body.maxBytes))
}

const asking = (request: HttpClientRequest.HttpClientRequest) =>
  request.headers["accept-encoding"] === undefined
    ? HttpClientRequest.setHeader(request, "accept-encoding", "gzip")
    : request

export const make = (client: HttpClient.HttpClient): HttpClient.HttpClient =>
  HttpClient.mapRequest(HttpClient.transformResponse(client, Effect.flatMap(unpacked)), asking)
