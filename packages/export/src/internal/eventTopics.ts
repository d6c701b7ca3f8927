/** Which topics a pattern stands for: `{id}` after `v2.users.` for each user, after `v2.routing.queues.` for each queue. */
import * as Notifications from "@effect-genesys/client/Notifications"
import { Routing } from "@effect-genesys/client/Routing"
import { Users } from "@effect-genesys/client/Users"
import type { GenesysError } from "@effect-genesys/client/GenesysError"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"

/** A topic, or a pattern of topics of which it is known what there are. */
export const regex = /^v2\.(?:users\.\{id\}|routing\.queues\.\{id\}|[A-Za-z0-9_-]+)(?:\.[A-Za-z0-9_:-]+)+$/u

export const expected =
  "a topic such as v2.users.{id}.presence, where {id} stands for all users, or all queues after v2.routing.queues; or one with an id in its place"

const ofUsers = /^v2\.users\.([^.]+)\.(.+)$/
const ofQueues = /^v2\.routing\.queues\.([^.]+)\.(.+)$/
const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i

/** What of a topic can be read from the API, and where it stands in a user. */
const states: Readonly<Record<string, string>> = { presence: "presence", routingStatus: "routingStatus" }

export interface Named {
  /** The one of those that are followed, or the topic itself. */
  readonly pattern: string
  /** Of the user, the queue or whatever else it is about. */
  readonly id: string | undefined
  /** The field of a user that tells the state of it. */
  readonly state: string | undefined
}

/** What it may have been followed as: by its own name, or among all of its kind. */
export const namesOf = (topic: string): ReadonlyArray<string> => {
  const [, , ofUser] = ofUsers.exec(topic) ?? []
  const [, , ofQueue] = ofQueues.exec(topic) ?? []
  return [
    topic,
    ...(ofUser === undefined ? [] : [`v2.users.{id}.${ofUser}`]),
    ...(ofQueue === undefined ? [] : [`v2.routing.queues.{id}.${ofQueue}`])
  ]
}

/** What a topic is, among these patterns. */
export const namer = (patterns: Iterable<string>): ((topic: string) => Named) => {
  const known = new Set(patterns)
  return (topic) => {
    const [, userId, ofUser = ""] = ofUsers.exec(topic) ?? []
    const [, queueId, ofQueue] = ofQueues.exec(topic) ?? []
    const general = userId === undefined ? `v2.routing.queues.{id}.${ofQueue}` : `v2.users.{id}.${ofUser}`
    return {
      pattern: known.has(general) && !known.has(topic) ? general : topic,
      id: userId ?? queueId ?? uuid.exec(topic)?.[0],
      state: userId === undefined ? undefined : states[ofUser]
    }
  }
}

/** Topics by their patterns. */
export const grouped = (
  nameOf: (topic: string) => Named,
  topics: Iterable<string>
): ReadonlyMap<string, ReadonlyArray<string>> => Map.groupBy(topics, (topic) => nameOf(topic).pattern)

/** Whether it stands for others, which may come and go. */
export const isPattern = (topic: string): boolean => topic.includes("{id}")

const decodeId = Schema.decodeUnknownOption(Schema.Struct({ id: Schema.String }))

/** All topics that these stand for at this moment, those that have no pattern first. */
export const list = Effect.fnUntraced(function* (
  patterns: ReadonlyArray<string>
): Effect.fn.Return<ReadonlyArray<string>, GenesysError, Users | Routing> {
  const users = yield* Users
  const routing = yield* Routing
  const ids = <A>(stream: Stream.Stream<A, GenesysError>) =>
    stream.pipe(
      // No later listing will have the others either.
      Stream.catchTag("IncompleteError", ({ message }) =>
        Stream.fromEffectDrain(
          Effect.logWarning("events: Genesys does not list all that there are").pipe(
            Effect.annotateLogs({ event: "export.incomplete", reason: message })
          )
        )
      ),
      Stream.runFold(
        (): Array<string> => [],
        (found, one) => Option.match(decodeId(one), { onNone: () => found, onSome: ({ id }) => [...found, id] })
      )
    )
  const all = new Set(patterns.filter((topic) => !isPattern(topic)))
  const each = (start: string, found: ReadonlyArray<string>) => {
    for (const pattern of patterns)
      if (pattern.startsWith(start)) for (const id of found) all.add(pattern.replace("{id}", id))
  }
  const [ofUser, ofQueue] = ["v2.users.{id}.", "v2.routing.queues.{id}."]
  if (patterns.some((pattern) => pattern.startsWith(ofUser)))
    each(ofUser, yield* ids(users.listAllRaw({ state: "active", lookAhead: 4 })))
  if (patterns.some((pattern) => pattern.startsWith(ofQueue))) each(ofQueue, yield* ids(routing.allQueues()))
  return [...all]
})

export const { mostTopics } = Notifications

/** So many users are asked for at a time by their ids; where half of all are, all of them are read. */
const atOnce = 50

/** The users of these ids, with these fields: what of them there is. */
export const readUsers = Effect.fnUntraced(function* (
  wanted: ReadonlySet<string>,
  expand: ReadonlyArray<string>,
  known: number
): Effect.fn.Return<ReadonlyArray<Readonly<Record<string, unknown>>>, GenesysError, Users> {
  const users = yield* Users
  const ids = [...wanted]
  const some = Array.from({ length: Math.ceil(ids.length / atOnce) }, (_, place) =>
    users.listAllRaw({ id: ids.slice(place * atOnce, (place + 1) * atOnce), expand })
  )
  const streams = 2 * ids.length >= known ? [users.listAllRaw({ state: "active", expand, lookAhead: 4 })] : some
  const found = yield* Effect.forEach(streams, (stream) => Stream.runCollect(stream))
  return found.flat().flatMap((one) => {
    const user = Option.getOrUndefined(decodeUser(one))
    return user !== undefined && wanted.has(user.id) ? [user] : []
  })
})
const decodeUser = Schema.decodeUnknownOption(
  Schema.StructWithRest(Schema.Struct({ id: Schema.String }), [Schema.Record(Schema.String, Schema.Unknown)])
)
