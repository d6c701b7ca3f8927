/**
 * The answers of faults: one in place of the endpoint's, or the endpoint's own with something done to it. In memory a broken
 * connection is a body that fails to be read.
 */
import * as Effect from "effect/Effect"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { Fault } from "../../Fault.ts"
import { failure } from "../shared/failure.ts"
import type { OpenEntry } from "../shared/journalBook.ts"

type Response = HttpServerResponse.HttpServerResponse

const page = (status: number) =>
  `<!doctype html><html><head><title>${status}</title></head><body><h1>${status}</h1><p>A proxy says hello.</p></body></html>`

class ConnectionReset extends Schema.TaggedError<ConnectionReset>("@effect-genesys/simulator/ConnectionReset")(
  "ConnectionReset",
  { message: Schema.String }
) {}

/** What is sent instead of serving the request, if the fault says so. */
export const instead = (fault: Fault, entry: OpenEntry): Response | undefined => {
  const { body, headers = {}, rejectToken, status } = fault
  if (rejectToken === true && entry.tokenFingerprint !== undefined) return failure(401, entry.correlationId)
  if (status === undefined) return undefined
  if (body === undefined) {
    const genesys = entry.path.startsWith("/api/") && status >= 400
    const answer = genesys ? failure(status, entry.correlationId) : HttpServerResponse.empty({ status })
    return HttpServerResponse.setHeaders(answer, headers)
  }
  if (typeof body !== "string") return HttpServerResponse.jsonUnsafe(body, { status, headers })
  const contentType = Object.entries(headers).find(([name]) => name.toLowerCase() === "content-type")?.[1]
  return HttpServerResponse.text(body, { status, headers, contentType: contentType ?? "text/plain" })
}

const bytesOf = ({ body }: Response): Uint8Array => {
  if (body._tag === "Uint8Array") return body.body
  return new TextEncoder().encode(body._tag === "Raw" ? String(body.body) : "")
}

const typeOf = ({ headers }: Response): string => headers["content-type"] ?? "application/octet-stream"

/** Ten pieces a second; a piece of less than a byte waits longer. */
const drip = (bytes: Uint8Array, perSecond: number): Stream.Stream<Uint8Array> => {
  const size = Math.max(1, Math.ceil(perSecond / 10))
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size)
  )
  return Stream.fromIterable(pieces).pipe(
    Stream.mapEffect((piece) => Effect.as(Effect.sleep((piece.length / perSecond) * 1000), piece)),
    Stream.rechunk(1)
  )
}

/** Node sends headers and first bytes at the end of its turn: a break before that would take them along. */
const turn = Effect.callback<void>((resume) => void setImmediate(() => resume(Effect.void)))

const broken = Stream.fromEffect(
  Effect.andThen(turn, Effect.fail(new ConnectionReset({ message: "The connection broke" })))
)

/** The answer with everything done to it that the fault says. */
export const spoil = (fault: Fault, answer: Response): Response => {
  const { bytesPerSecond, contentType, html, resetAfter, truncateAt } = fault
  let spoilt = answer
  if (html === true) {
    const { status } = answer
    spoilt = HttpServerResponse.text(page(status), { status, contentType: "text/html; charset=utf-8" })
  }
  if (truncateAt !== undefined) {
    const type = contentType ?? typeOf(spoilt)
    spoilt = HttpServerResponse.setBody(spoilt, HttpBody.uint8Array(bytesOf(spoilt).slice(0, truncateAt), type))
  }
  if (bytesPerSecond !== undefined || resetAfter !== undefined) {
    const bytes = bytesOf(spoilt)
    const sent = resetAfter === undefined ? bytes : bytes.subarray(0, Math.min(resetAfter, bytes.length - 1))
    const flow = bytesPerSecond === undefined ? Stream.fromIterable([sent]) : drip(sent, bytesPerSecond)
    const body = resetAfter === undefined ? flow : Stream.concat(flow, broken)
    spoilt = HttpServerResponse.setBody(spoilt, HttpBody.stream(body, typeOf(spoilt), bytes.length))
  }
  return contentType === undefined ? spoilt : HttpServerResponse.setHeader(spoilt, "content-type", contentType)
}
