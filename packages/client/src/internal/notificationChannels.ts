/**
 * The REST side of notification channels. A channel's id opens its WebSocket without a token: it stays out of spans, and
 * apiError.ts keeps it out of errors.
 */
import { Environment } from "@effect-genesys/auth/Environment"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { GenesysClient } from "../GenesysClient.ts"
import { InvalidRequestError, PermissionError } from "../GenesysError.ts"
import { Policy, RetryPolicy } from "../RetryPolicy.ts"
import * as Route from "../Route.ts"
import * as Listed from "./listed.ts"
import * as StreamingHost from "./streamingHost.ts"

export const path = "/api/v2/notifications/channels"
const one = `${path}/{channelId}`
export const subscriptions = `${one}/subscriptions`

const day = 24 * 60 * 60 * 1000

const ChannelBody = Schema.Struct({
  id: Schema.RedactedFromValue(Schema.String),
  connectUri: Schema.RedactedFromValue(Schema.String),
  expires: Schema.optionalKey(Schema.DateTimeUtcFromString)
})

const Subscription = Schema.Struct({
  id: Schema.optionalKey(Schema.String),
  state: Schema.optionalKey(Schema.NullOr(Schema.String)),
  rejectionReason: Schema.optionalKey(Schema.NullOr(Schema.String)),
  missingPermissions: Schema.optionalKey(Schema.NullOr(Schema.Array(Schema.String)))
})
export type Subscription = typeof Subscription.Type

const SubscriptionListing = Schema.Struct({ entities: Schema.optionalKey(Schema.Array(Subscription)) })

export interface Channel {
  readonly id: Redacted.Redacted
  readonly connectUri: Redacted.Redacted
  /** The fingerprint of the token that it was made with; if that changed meanwhile, of the older one. */
  readonly token: string
  /** Milliseconds since 1970, by this machine's clock, as all moments here. */
  readonly tokenEndsAt: number
  readonly expiresAt: number
}

const quietly = <A, E, R>(route: string, effect: Effect.Effect<A, E, R>) =>
  effect.pipe(
    Route.named(route),
    Effect.provideService(HttpClient.TracerDisabledWhen, () => true)
  )
const pathOf = (route: string, { id }: Channel) => Route.path(route, { channelId: Redacted.value(id) })

/** For calls that are worth one attempt only. */
const briefly = <A, E, R>(duration: Duration.Duration, effect: Effect.Effect<A, E, R>) =>
  effect.pipe(
    Effect.provideService(RetryPolicy, new Policy({ maxRetries: 0, deadline: duration })),
    Effect.timeout(duration)
  )

export const make = Effect.gen(function* () {
  const client = yield* GenesysClient
  const manager = yield* TokenManager
  const environment = yield* Environment

  const create = Effect.gen(function* () {
    const token = yield* manager.token
    const made = yield* client.json(HttpClientRequest.post(path), ChannelBody)
    const refused = StreamingHost.refusal(Redacted.value(made.connectUri), environment)
    if (refused !== undefined) return yield* notOurs(refused, environment.apiUrl)
    const now = yield* Clock.currentTimeMillis
    // Where one of the clocks is wrong, 24 hours are as good a guess as any.
    const left = (made.expires?.epochMilliseconds ?? 0) - now
    return {
      id: made.id,
      connectUri: made.connectUri,
      token: token.fingerprint,
      tokenEndsAt: token.expiresAt.epochMilliseconds,
      expiresAt: now + (left > 0 && left < day ? left : day)
    } satisfies Channel
  }).pipe((effect) => quietly(path, effect))

  /** Answers which of them Genesys rejects. Without `ignoreErrors`, it rejects all of them with a 403. */
  const put = (request: HttpClientRequest.HttpClientRequest, topics: ReadonlyArray<string>) =>
    client
      .json(
        HttpClientRequest.bodyJsonUnsafe(
          request,
          topics.map((id) => ({ id }))
        ),
        // It says which ones are rejected: without it, nobody knows.
        Listed.page(SubscriptionListing, "entities")
      )
      .pipe(
        Effect.map(({ entities = [] }) => entities.filter(({ state }) => state?.toLowerCase() === "rejected")),
        (effect) => quietly(subscriptions, effect)
      )
  const tolerantly = HttpClientRequest.setUrlParam("ignoreErrors", "true")

  /** These and no others. */
  const subscribe = (channel: Channel, topics: ReadonlyArray<string>) =>
    Effect.flatMap(put(HttpClientRequest.put(pathOf(subscriptions, channel)), topics), (rejected) =>
      rejected.length === 0 ? Effect.void : Effect.fail(notPermitted(rejected))
    )

  /** As far as it is permitted. */
  const subscribeTo = (channel: Channel, topics: ReadonlyArray<string>) =>
    put(tolerantly(HttpClientRequest.put(pathOf(subscriptions, channel))), topics)

  /** These too, as far as it is permitted. */
  const add = (channel: Channel, topics: ReadonlyArray<string>) =>
    put(tolerantly(HttpClientRequest.post(pathOf(subscriptions, channel))), topics)

  const unsubscribe = (channel: Channel, within: Duration.Duration) =>
    client
      .text(HttpClientRequest.delete(pathOf(subscriptions, channel)))
      .pipe((effect) => briefly(within, quietly(subscriptions, effect)), Effect.ignore)

  /** Whether Genesys still knows the channel. */
  const verify = (channel: Channel): Effect.Effect<"alive" | "gone" | "unknown"> =>
    client.text(HttpClientRequest.head(pathOf(one, channel))).pipe(
      (effect) => briefly(Duration.seconds(5), quietly(one, effect)),
      Effect.match({
        onSuccess: () => "alive",
        onFailure: (error) => (error._tag === "NotFoundError" ? "gone" : "unknown")
      })
    )

  return { create, subscribe, subscribeTo, add, unsubscribe, verify }
})

export type Channels = Effect.Success<typeof make>

const notOurs = (address: string, apiUrl: string) =>
  new InvalidRequestError({
    api: { method: "POST", path },
    details: [],
    message:
      `POST ${path} names ${address} for the events. It was not connected to, because it does not belong to ${apiUrl} or has no ` +
      "TLS. Check the API URL, the region and any gateway between this machine and Genesys Cloud."
  })

/** The permissions that they lack, each once. */
export const lacking = (rejected: ReadonlyArray<Subscription>): ReadonlyArray<string> => [
  ...new Set(rejected.flatMap(({ missingPermissions }) => missingPermissions ?? []))
]

const notPermitted = (rejected: ReadonlyArray<Subscription>) => {
  const permissions = lacking(rejected)
  const details = rejected.map(({ id, rejectionReason }) => [id, rejectionReason].filter(Boolean).join(": "))
  return new PermissionError({
    api: { method: "PUT", path: subscriptions },
    details,
    permissions,
    message:
      `Genesys refuses ${rejected.length} of the topics (${details.slice(0, 3).join("; ")}). Give a role of the OAuth client ` +
      `${permissions.length === 0 ? "the permissions that these topics need" : permissions.join(", ")}.`
  })
}
