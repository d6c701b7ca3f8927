/** Events, as Genesys tells them; what was read where they may be missing; and the gaps in which they may be. */
import * as Schema from "effect/Schema"
import * as Column from "../../Column.ts"
import type { Spelling } from "../../Kind.ts"
import type { Layout } from "../../Layout.ts"
import * as Retention from "../../Retention.ts"
import * as Topics from "../eventTopics.ts"

const text = Schema.optionalKey(Schema.NullOr(Schema.String))

export const events = {
  name: "events",
  by: "day",
  key: "_key",
  keyOf: ["what", "topic", "pattern", "receivedAt"],
  one: "event",
  fields: {
    _key: Schema.String,
    what: Schema.Literals(["told", "read", "gap", "listening"]),
    topic: text,
    pattern: Schema.String,
    topicId: text,
    receivedAt: Schema.String.annotate({ format: "date-time" }),
    eventTime: text,
    correlationId: text,
    version: text,
    eventBody: Schema.optionalKey(Schema.Unknown),
    metadata: Schema.optionalKey(Schema.Unknown),
    topics: Schema.optionalKey(Schema.Int),
    gaps: Schema.optionalKey(Schema.Array(Schema.Record(Schema.String, Schema.Unknown)))
  },
  table: {
    key: "key",
    columns: {
      day: Column.day("receivedAt", "The UTC day of received_at"),
      what: Column.text(
        "what",
        "told: an event as Genesys told it. read: the state, read from the API after a gap. gap: see event_gaps. listening: from then on"
      ),
      topic: Column.text("topic", "Such as v2.users.{id}.presence, with the id; null for a gap and for listening"),
      pattern: Column.text("pattern", "What was asked for, such as v2.users.{id}.presence: of all users"),
      topic_id: Column.text("topicId", "The id in the topic: of the user, the queue or the like"),
      received_at: Column.moment("receivedAt", "When it came, or was read, by Genesys' clock; of a gap, its beginning"),
      event_time: Column.moment("eventTime", "When it happened, if the event says so"),
      correlation_id: Column.text("correlationId", "Of the operation that caused it, and perhaps other events"),
      topics: Column.number("topics", "Of a gap and of listening: how many topics of the pattern it is about")
    },
    indexes: [["received_at"], ["topic_id", "received_at"], ["pattern", "received_at"]],
    children: [
      {
        name: "event_gaps",
        from: "gaps",
        place: "gap",
        columns: {
          pattern: Column.text("pattern", "Events of topics of this pattern may be missing"),
          began_at: Column.moment("from", "Since then; rather too early than too late"),
          ended_at: Column.moment("to", "Until then"),
          reason: Column.text(
            "reason",
            "NotRunning: nobody listened. NotListed: of topics that came into being. NotPermitted, TooMany: not subscribed to. Others: what became of a channel"
          ),
          topics: Column.number("topics", "How many topics of the pattern it is about"),
          permissions: Column.texts("permissions", "Of NotPermitted: those that are missing"),
          filled_at: Column.moment("filledAt", "The state of the topics was read then: rows with what = read")
        }
      }
    ]
  }
} as const satisfies Layout

/** What is so if nothing is said. */
export const usual = { commitEvery: 10_000, commitRows: 1_000, listEvery: 15 * 60_000 }

export const { expected } = Topics
export const topic = Schema.String.annotate({ expected: Topics.expected }).check(
  Schema.isPattern(Topics.regex, { expected: Topics.expected }).abort()
)

export const settings = (spelling: Spelling) => ({
  ...Retention.settings(spelling),
  topics: Schema.NonEmptyArray(topic).annotate({
    description:
      "What is listened to, such as v2.users.{id}.presence: {id} stands for all users, or all queues after v2.routing.queues. Or topics with an id in its place."
  }),
  commitEvery: Schema.optionalKey(
    spelling.span(
      "How often what came is written, with how far it goes: what came since then is in a gap after a kill. Default 10s."
    )
  ),
  commitRows: Schema.optionalKey(
    Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 10_000 })).annotate({
      description: `It is written earlier, once there are so many rows. Default ${usual.commitRows}.`
    })
  ),
  listEvery: Schema.optionalKey(
    spelling.span("How often users and queues are listed again: so soon, what is new is listened to. Default 15m.")
  ),
  fill: Schema.optionalKey(
    Schema.Boolean.annotate({
      description:
        "Whether presence and routing status are read from the API when listening begins, and after a gap. Default true."
    })
  )
})
