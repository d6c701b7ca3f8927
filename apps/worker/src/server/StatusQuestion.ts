/** Asks a worker how it is, by its `/status`. */
import { UnavailableError } from "@effect-genesys/auth/TokenError"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Http } from "../settings/WorkerSettings.ts"
import { ToldStatus } from "./ToldStatus.ts"

/** Far longer than an answer takes. */
const patience = 10_000

/** Far more than thousands of jobs have to tell. */
const longest = 64 * 1024 * 1024

/** One that listens everywhere is asked by its own loopback. */
const everywhere = new Map([
  ["0.0.0.0", "127.0.0.1"],
  ["::", "::1"]
])

/** Where a worker of these settings answers, on this machine. */
export const placeOf = ({ host = "127.0.0.1", port }: Http): URL => {
  const name = everywhere.get(host) ?? host
  return new URL(`http://${name.includes(":") ? `[${name}]` : name}:${port}`)
}

/** An address that somebody has typed; none if it is not one. */
export const placeIn = (text: string): URL | undefined => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isPlain = url !== undefined && url.pathname === "/" && url.search === "" && url.hash === ""
  return isPlain && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "" ? url : undefined
}

const unavailable = (place: URL, message: string) =>
  new UnavailableError({ reason: "Connection", host: place.host, message })

/** As far as it may go. */
const textOf = async (answer: Response): Promise<string> => {
  const parts: Array<Uint8Array> = []
  let size = 0
  for await (const part of answer.body ?? []) {
    parts.push(part)
    size += part.length
    if (size > longest) throw new Error("its answer is too long")
  }
  return Buffer.concat(parts).toString()
}

const decode = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.toCodecJson(ToldStatus)))

/** What it says now. It is asked for nothing else: an answer that leads elsewhere is none. */
export const ask = Effect.fnUntraced(function* (place: URL) {
  const answer = yield* Effect.tryPromise({
    try: async (signal) => {
      const until = AbortSignal.any([signal, AbortSignal.timeout(patience)])
      const response = await fetch(new URL("/status", place), { redirect: "error", signal: until })
      return { status: response.status, text: await textOf(response) }
    },
    catch: () =>
      unavailable(
        place,
        `No worker answers at ${place.origin}. Is it running, with http.port in its settings or GENESYS_WORKER_PORT? Say where it is with --url.`
      )
  })
  if (answer.status === 421) return yield* unavailable(place, answer.text.trim())
  const status = answer.status === 200 ? decode(answer.text) : Option.none()
  if (Option.isSome(status)) return { status: status.value, text: answer.text }
  return yield* unavailable(
    place,
    `What answers at ${place.origin} is no worker of this version (status ${answer.status}). Say where it is with --url.`
  )
})
