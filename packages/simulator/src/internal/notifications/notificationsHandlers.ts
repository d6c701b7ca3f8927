/**
 * `/api/v2/notifications/channels`. A channel of another client is one that does not exist.
 */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import type { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as Struct from "effect/Struct"
import { type AvailableTopic, mostTopics } from "../../api/NotificationsApi.ts"
import * as ErrorBody from "../../api/ErrorBody.ts"
import { SimulatorApi } from "../../api/SimulatorApi.ts"
import { type Channel, Channels } from "./channels.ts"
import { CurrentRequest } from "../shared/currentRequest.ts"
import type { Client } from "../login/clients.ts"
import { CurrentToken } from "../login/tokens.ts"
import { badRequest } from "../shared/bodyCheck.ts"
import { notFound } from "../shared/notFound.ts"

const view = (channel: Channel, { headers }: HttpServerRequest) => ({
  id: channel.id,
  connectUri: `ws://${headers["host"] ?? "localhost"}/channels/${channel.id}`,
  expires: new Date(channel.expiresAt).toISOString()
})

const uriOf = (id: string) => `/api/v2/notifications/availabletopics/${id}`
const topicOf = (id: string) => ({ id, state: "Permitted" as const, selfUri: uriOf(id) })
const rejectedOf = (id: string, missingPermissions: ReadonlyArray<string>) => ({
  id,
  state: "Rejected" as const,
  rejectionReason: "The permission to subscribe to the topic is missing.",
  missingPermissions,
  selfUri: uriOf(id)
})

const topicsOf = ({ topics }: Channel) => ({ entities: Array.from(topics, topicOf) })

/** The topics that the simulator tells of. */
const available: ReadonlyArray<Required<typeof AvailableTopic.Type>> = [
  {
    id: "v2.users.{id}.presence",
    description: "Presence of a user, when it changes.",
    requiresPermissions: [],
    transports: ["All"]
  },
  {
    id: "v2.users.{id}.routingStatus",
    description: "Whether a user is on a queue, and free, when it changes.",
    requiresPermissions: [],
    transports: ["All"]
  },
  {
    id: "v2.routing.queues.{id}.conversations",
    description: "Conversations of a queue, when they start and end.",
    requiresPermissions: ["routing:queue:view"],
    transports: ["All"]
  }
]

/** The permissions that a topic needs, by what may be in the place of its id. */
const required = available.map(({ id, requiresPermissions }) => {
  const [before = "", after = ""] = id.split("{id}")
  return { fits: (topic: string) => topic.startsWith(before) && topic.endsWith(after), requiresPermissions }
})

/** What a client lacks for a topic. */
const lacking = ({ permissions }: Client, topic: string): ReadonlyArray<string> =>
  permissions === undefined
    ? []
    : required.flatMap(({ fits, requiresPermissions }) =>
        fits(topic) ? requiresPermissions.filter((permission) => !permissions.has(permission)) : []
      )

const refused = "Unable to perform the requested action. You are missing the following permission(s): {permissions}"

export const NotificationsLive = HttpApiBuilder.group(
  SimulatorApi,
  "notifications",
  Effect.fnUntraced(function* (handlers) {
    const channels = yield* Channels

    const find = Effect.fnUntraced(function* (id: string) {
      const { now } = yield* CurrentRequest
      const { client } = yield* CurrentToken
      const channel = channels.find(id, now)
      if (channel === undefined || channel.token.client !== client) return yield* notFound(`There is no channel ${id}.`)
      return channel
    })

    const change = Effect.fnUntraced(function* (
      id: string,
      topics: ReadonlyArray<string>,
      keep: boolean,
      ignoreErrors = "false"
    ) {
      const { correlationId: contextId, now } = yield* CurrentRequest
      const channel = yield* find(id)
      const rejected = topics.flatMap((topic) => {
        const missingPermissions = lacking(channel.token.client, topic)
        return missingPermissions.length === 0 ? [] : [{ topic, missingPermissions }]
      })
      if (rejected.length > 0 && ignoreErrors !== "true") {
        const permissions = [...new Set(rejected.flatMap(({ missingPermissions }) => missingPermissions))].join(", ")
        const said = { code: "missing.permissions", message: refused, messageParams: { permissions } }
        return yield* Effect.fail(ErrorBody.make({ status: 403, contextId, ...said }))
      }
      const isRejected = new Set(rejected.map(({ topic }) => topic))
      const wanted = new Set([...(keep ? channel.topics : []), ...topics.filter((topic) => !isRejected.has(topic))])
      if (wanted.size > mostTopics) {
        return yield* badRequest("body", `A channel has at most ${mostTopics} topics, and would have ${wanted.size}`)
      }
      channel.topics.clear()
      for (const topic of wanted) channel.topics.add(topic)
      channels.renew(channel, now)
      const refusals = rejected.map(({ missingPermissions, topic }) => rejectedOf(topic, missingPermissions))
      return { entities: [...topicsOf(channel).entities, ...refusals] }
    })

    return handlers.handleAll({
      availableTopics: ({ query: { expand = [] } }) => {
        const shown = new Set<string>([expand].flat().flatMap((fields) => fields.split(",")))
        const entities = available.map(({ id, ...rest }) =>
          Object.assign(
            { id },
            Struct.pick(
              rest,
              Struct.keys(rest).filter((field) => shown.has(field))
            )
          )
        )
        return Effect.succeed({ entities })
      },
      create: Effect.fnUntraced(function* ({ request }) {
        const { now } = yield* CurrentRequest
        return view(channels.create(yield* CurrentToken, now), request)
      }),
      list: Effect.fnUntraced(function* ({ query, request }) {
        const { now } = yield* CurrentRequest
        const token = yield* CurrentToken
        const all = channels.ofClient(token.client, now)
        const listed = query.includechannels === "oauthclient" ? all : all.filter((channel) => channel.token === token)
        return { entities: listed.map((channel) => view(channel, request)) }
      }),
      verify: ({ params }) => Effect.asVoid(find(params.channelId)),
      subscriptions: ({ params }) => Effect.map(find(params.channelId), topicsOf),
      subscribe: ({ params, payload, query }) =>
        change(
          params.channelId,
          payload.map(({ id }) => id),
          true,
          query.ignoreErrors
        ),
      replace: ({ params, payload, query }) =>
        change(
          params.channelId,
          payload.map(({ id }) => id),
          false,
          query.ignoreErrors
        ),
      unsubscribe: ({ params }) => Effect.asVoid(change(params.channelId, [], false))
    })
  })
)
