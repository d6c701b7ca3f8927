/**
 * `/api/v2/notifications/channels`. A channel of another client is one that does not exist.
 */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import type { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as Struct from "effect/Struct"
import { mostTopics } from "../../api/NotificationsApi.ts"
import { SimulatorApi } from "../../api/SimulatorApi.ts"
import { type Channel, Channels } from "./channels.ts"
import { CurrentRequest } from "../shared/currentRequest.ts"
import { CurrentToken } from "../login/tokens.ts"
import { badRequest } from "../shared/bodyCheck.ts"
import { notFound } from "../shared/notFound.ts"

const view = (channel: Channel, { headers }: HttpServerRequest) => ({
  id: channel.id,
  connectUri: `ws://${headers["host"] ?? "localhost"}/channels/${channel.id}`,
  expires: new Date(channel.expiresAt).toISOString()
})

const topicsOf = ({ topics }: Channel) => ({
  entities: Array.from(topics, (id) => ({
    id,
    state: "Permitted" as const,
    selfUri: `/api/v2/notifications/availabletopics/${id}`
  }))
})

/** The topics that the simulator tells of. */
const available = [
  {
    id: "v2.users.{id}.presence",
    description: "Presence of a user, when it changes.",
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

    const change = Effect.fnUntraced(function* (id: string, topics: ReadonlyArray<string>, keep: boolean) {
      const { now } = yield* CurrentRequest
      const channel = yield* find(id)
      const wanted = new Set([...(keep ? channel.topics : []), ...topics])
      if (wanted.size > mostTopics) {
        return yield* badRequest("body", `A channel has at most ${mostTopics} topics, and would have ${wanted.size}`)
      }
      channel.topics.clear()
      for (const topic of wanted) channel.topics.add(topic)
      channels.renew(channel, now)
      return topicsOf(channel)
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
      subscribe: ({ params, payload }) =>
        change(
          params.channelId,
          payload.map(({ id }) => id),
          true
        ),
      replace: ({ params, payload }) =>
        change(
          params.channelId,
          payload.map(({ id }) => id),
          false
        ),
      unsubscribe: ({ params }) => Effect.asVoid(change(params.channelId, [], false))
    })
  })
)
