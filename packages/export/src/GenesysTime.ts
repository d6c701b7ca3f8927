/**
 * What time it is, as Genesys says: nothing in an export goes by the clock of the host, but that a moment which is years ahead of it
 * is none.
 */
import * as JsonText from "@effect-genesys/core/JsonText"
import { Availability } from "@effect-genesys/client/ConversationJob"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import { type GenesysError, UnavailableError } from "@effect-genesys/client/GenesysError"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Headers from "effect/http/Headers"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Schema from "effect/Schema"
import { isMoment } from "./Moment.ts"

/** Both in milliseconds since 1970. */
export interface GenesysTime {
  /** The `Date` header: now, but for the fraction of the second. */
  readonly now: number
  /** `dataAvailabilityDate`: jobs know everything of what was before. */
  readonly available: number
}

const decode = Schema.decodeUnknownEffect(JsonText.fromString(Schema.toCodecJson(Availability)))

const invalid = (what: string) =>
  new UnavailableError({
    reason: "InvalidResponse",
    host: "the API",
    message: `The API's answer ${what}, so it is not known what time it is there. If a proxy changes answers, let it pass them on whole.`
  })

/** A host may have a clock that is wrong by years; one that is wrong by more could not even trust a certificate. */
const mostAhead = Duration.toMillis(Duration.days(3_650))

/** A moment that an answer has, if it can be one: by it, days would count as read for ever, or could not be written down. */
export const checked = Effect.fnUntraced(function* (
  millis: number,
  name: string
): Effect.fn.Return<number, UnavailableError> {
  if (isMoment(millis) && millis <= (yield* Clock.currentTimeMillis) + mostAhead) return millis
  return yield* invalid(`has a ${name} that cannot be right`)
})

const dateOf = (headers: Headers.Headers) => {
  const date = Date.parse(headers["date"] ?? "")
  return Number.isNaN(date) ? Effect.succeed(undefined) : checked(date, "Date header")
}

/** `GET …/details/jobs/availability`. */
export const ofConversations: Effect.Effect<GenesysTime, GenesysError, GenesysClient> = Effect.gen(function* () {
  const client = yield* GenesysClient
  const request = HttpClientRequest.get("/api/v2/analytics/conversations/details/jobs/availability")
  const { headers, text } = yield* client.text(request)
  const { dataAvailabilityDate } = yield* Effect.mapError(decode(text), () => invalid("has no dataAvailabilityDate"))
  const available = yield* checked(DateTime.toEpochMillis(dataAvailabilityDate), "dataAvailabilityDate")
  const date = yield* dateOf(headers)
  // It is not earlier there than what is known there.
  return { available, now: Math.max(date ?? available, available) }
})

/** The `Date` header of an answer: whoever reads a list needs no other permission for it. */
export const of = (request: HttpClientRequest.HttpClientRequest): Effect.Effect<number, GenesysError, GenesysClient> =>
  Effect.gen(function* () {
    const client = yield* GenesysClient
    const date = yield* dateOf((yield* client.text(request)).headers)
    return date ?? (yield* invalid("has no Date header"))
  })

/** That of the own token: it needs no permission. */
export const ofToken = of(HttpClientRequest.get("/api/v2/tokens/me"))

/** That of a page of one user. */
export const ofUsers = of(HttpClientRequest.get("/api/v2/users", { urlParams: { pageSize: 1 } }))
