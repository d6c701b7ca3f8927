/**
 * Reads a response's body as text, up to a bound: a login host or a proxy that lies must not fill the memory. A body that
 * is compressed although that was not asked for is unpacked, within the same bound.
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Stream from "effect/Stream"

/** The body has more bytes than are read. The next one will be as long. */
export class TooLongError extends Data.TaggedError("TooLongError")<{ readonly message: string }> {}

/** Whether reading failed because the body is too long. */
export const isTooLong = ({ reason }: HttpClientError.HttpClientError): boolean =>
  "cause" in reason && reason.cause instanceof TooLongError

type Bytes = Uint8Array<ArrayBuffer>
type Reading<A> = Effect.Effect<A, HttpClientError.HttpClientError>

/** How a body is read, as far as it depends on the transport. */
export interface Options {
  /**
   * Short bodies that have a length are read at once, which is faster; for a transport that reads no more than an answer says
   * it has, as undici and fetch do.
   */
  readonly trustLength?: boolean
}

/** Longer ones may come in so many pieces that these cost more than the body. */
const longestTrusted = 256 * 1024

/** Fails with a `DecodeError` when the body is longer than `maxBytes`, packed or unpacked. */
export const bytes = Effect.fnUntraced(function* (
  response: HttpClientResponse.HttpClientResponse,
  maxBytes: number,
  options: Options = {}
): Effect.fn.Return<Bytes, HttpClientError.HttpClientError> {
  const decodeError = (description: string, cause?: unknown) =>
    new HttpClientError.HttpClientError({
      reason: new HttpClientError.DecodeError({ request: response.request, response, description, cause })
    })
  const tooLong = () => {
    const message = `an answer that is longer than ${maxBytes} bytes`
    return decodeError(message, new TooLongError({ message }))
  }
  const collect = (stream: HttpClientResponse.HttpClientResponse["stream"], isTold: boolean): Reading<Bytes> =>
    Stream.runFoldEffect(stream, Collected.make, (all, chunk) =>
      isTold || all.size + chunk.length > maxBytes ? Effect.fail(tooLong()) : Effect.succeed(all.add(chunk, maxBytes))
    ).pipe(
      Effect.map((all) => all.bytes),
      // Transports differ in whether a 204 has an empty body or none.
      Effect.catchReason("HttpClientError", "EmptyBodyError", () => Effect.succeed<Bytes>(new Uint8Array()))
    )

  const { headers } = response
  const length = Number(headers["content-length"] ?? Number.NaN)
  // The transport may unpack a body, which has another length then.
  const isShort = length <= Math.min(maxBytes, longestTrusted) && headers["content-encoding"] === undefined
  const packed =
    options.trustLength === true && isShort
      ? new Uint8Array(yield* response.arrayBuffer)
      : yield* collect(response.stream, length > maxBytes)
  // Told by its first bytes: some transports unpack a body but leave the header that says it is packed.
  if (packed[0] !== 0x1f || packed[1] !== 0x8b) return packed
  return yield* collect(
    Stream.fromReadableStream({
      evaluate: () => new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip")),
      onError: () => decodeError("a compressed answer that is damaged")
    }),
    false
  )
})

/** As `bytes`: UTF-8, without the byte order mark that some servers begin with. What is no UTF-8 is read as U+FFFD. */
export const read = (
  response: HttpClientResponse.HttpClientResponse,
  maxBytes: number,
  options: Options = {}
): Reading<string> => Effect.map(bytes(response, maxBytes, options), (all) => new TextDecoder().decode(all))

/** What has come so far. It takes as much memory as the bytes need, in however many pieces they come. */
class Collected {
  size = 0
  private buffer: Bytes = new Uint8Array()

  static make(this: void): Collected {
    return new Collected()
  }

  get bytes(): Bytes {
    return this.buffer.subarray(0, this.size)
  }

  add(chunk: Uint8Array, most: number): Collected {
    const needed = this.size + chunk.length
    if (needed > this.buffer.length) {
      const grown = new Uint8Array(Math.min(most, Math.max(needed, 2 * this.buffer.length)))
      grown.set(this.bytes)
      this.buffer = grown
    }
    this.buffer.set(chunk, this.size)
    this.size = needed
    return this
  }
}
