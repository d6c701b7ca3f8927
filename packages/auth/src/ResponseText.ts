/**
 * Reads a response's body as text, up to a bound: a login host or a proxy that lies must not fill the memory. A body that
 * is compressed although that was not asked for is unpacked, within the same bound.
 */
import * as Effect from "effect/Effect"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Stream from "effect/Stream"

/**
 * Fails with a `DecodeError` when the body is longer than `maxBytes`, packed or unpacked. `trustLength` is faster; it is for a
 * transport that reads no more than an answer says it has, as undici and fetch do.
 */
export const read = Effect.fnUntraced(function* (
  response: HttpClientResponse.HttpClientResponse,
  maxBytes: number,
  options: { readonly trustLength?: boolean } = {}
): Effect.fn.Return<string, HttpClientError.HttpClientError> {
  const decodeError = (description: string) =>
    new HttpClientError.HttpClientError({
      reason: new HttpClientError.DecodeError({ request: response.request, response, description })
    })
  const collect = (stream: HttpClientResponse.HttpClientResponse["stream"]) =>
    Stream.runFoldEffect(
      stream,
      () => ({ size: 0, chunks: [] as Array<Uint8Array> }),
      (all, chunk) => {
        all.size += chunk.length
        all.chunks.push(chunk)
        return all.size > maxBytes
          ? Effect.fail(decodeError(`an answer that is longer than ${maxBytes} bytes`))
          : Effect.succeed(all)
      }
    ).pipe(
      Effect.map(({ chunks }) => Buffer.concat(chunks)),
      // Transports differ in whether a 204 has an empty body or none.
      Effect.catchReason("HttpClientError", "EmptyBodyError", () => Effect.succeed(Buffer.alloc(0)))
    )

  // Most answers say how long they are, and are read at once.
  const packed =
    options.trustLength === true && isShort(response.headers, maxBytes)
      ? new Uint8Array(yield* response.arrayBuffer)
      : yield* collect(response.stream)
  // Told by its first bytes: some transports unpack a body but leave the header that says it is packed.
  if (packed[0] !== 0x1f || packed[1] !== 0x8b) return decode(packed)
  const unpacked = yield* collect(
    Stream.fromReadableStream({
      evaluate: () => new Blob([new Uint8Array(packed)]).stream().pipeThrough(new DecompressionStream("gzip")),
      onError: () => decodeError("a compressed answer that is damaged")
    })
  )
  return decode(unpacked)
})

/** Whether the body has a length, within the bound; one that the transport unpacks may still become longer. */
const isShort = (headers: HttpClientResponse.HttpClientResponse["headers"], maxBytes: number): boolean => {
  const length = headers["content-length"]
  return length !== undefined && Number(length) <= maxBytes && headers["content-encoding"] === undefined
}

/** UTF-8, without the byte order mark that some servers begin with. */
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
