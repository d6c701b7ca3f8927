/** Conversations with names beside the ids. What is deleted keeps its name; what no list has, or none that was exported, has none. */
import { queues, wrapUpCodes } from "../kinds/lists/routing.ts"
import { teams } from "../kinds/lists/people.ts"
import { users } from "../kinds/users.ts"
import { of, type View } from "./view.ts"

const conversation = of("c", ["day", "conversation_start", "conversation_end", "originating_direction"])
const user = {
  user_id: { sql: "p.user_id" },
  user_name: { sql: "u.name" }
}

const participants = {
  name: "participants_named",
  doc: "Participants, with the names of users and teams",
  columns: {
    ...of("p", ["conversation_id", "participant"]),
    ...conversation,
    ...of("p", ["participant_id", "participant_name", "purpose"]),
    ...user,
    team_id: { sql: "p.team_id" },
    team_name: { sql: "t.name" },
    external_contact_id: { sql: "p.external_contact_id" }
  },
  from: (at) => `FROM ${at("participants")} p
JOIN ${at("conversations")} c ON c.conversation_id = p.conversation_id
LEFT JOIN ${at("users")} u ON u.id = p.user_id
LEFT JOIN ${at("teams")} t ON t.id = p.team_id`,
  lists: [users, teams.layout]
} as const satisfies View

const milliseconds = (from: string, to: string) =>
  `CAST(round(1000 * (extract(epoch FROM ${to}) - extract(epoch FROM ${from}))) AS bigint)`

/** The session of a row of a table, and what it is within. */
const around = (alias: string, at: (name: string) => string) =>
  `JOIN ${at("sessions")} e
  ON e.conversation_id = ${alias}.conversation_id AND e.participant = ${alias}.participant AND e.session = ${alias}.session
JOIN ${at("participants")} p ON p.conversation_id = ${alias}.conversation_id AND p.participant = ${alias}.participant
JOIN ${at("conversations")} c ON c.conversation_id = ${alias}.conversation_id
LEFT JOIN ${at("users")} u ON u.id = p.user_id`

const segments = {
  name: "segments_named",
  doc: "Segments, with how long they took, what they are within, and the names of users, queues and wrap-up codes",
  columns: {
    ...of("s", ["conversation_id", "participant", "session", "segment"]),
    ...conversation,
    purpose: { sql: "p.purpose", doc: "Such as customer, acd or agent" },
    ...user,
    ...of("e", ["session_id", "media_type", "direction"]),
    ...of("s", ["segment_type", "segment_start", "segment_end"]),
    duration_ms: {
      sql: milliseconds("s.segment_start", "s.segment_end"),
      doc: "Milliseconds; null while it is going on"
    },
    queue_id: { sql: "s.queue_id" },
    queue_name: { sql: "q.name" },
    wrap_up_code: { sql: "s.wrap_up_code" },
    wrap_up_code_name: {
      sql: "coalesce(w.name, CASE WHEN s.wrap_up_code LIKE 'ININ-%' THEN s.wrap_up_code END)",
      doc: "Of those that Genesys sets itself, such as ININ-WRAP-UP-TIMEOUT, the code"
    },
    ...of("s", ["wrap_up_note", "disconnect_type", "error_code", "conference"])
  },
  from: (at) => `FROM ${at("segments")} s
${around("s", at)}
LEFT JOIN ${at("queues")} q ON q.id = s.queue_id
LEFT JOIN ${at("wrap_up_codes")} w ON w.id = s.wrap_up_code`,
  lists: [users, queues.layout, wrapUpCodes.layout]
} as const satisfies View

/** A session is of one queue, or of none. */
const metrics = {
  name: "metrics_named",
  doc: "Metrics, with what their sessions are of, and the names of users and queues",
  columns: {
    ...of("m", ["conversation_id", "participant", "session", "metric"]),
    ...conversation,
    purpose: { sql: "p.purpose", doc: "Such as customer, acd or agent" },
    ...user,
    ...of("e", ["session_id", "media_type", "direction"]),
    queue_id: { sql: "f.queue_id", doc: "Of the segments of the session" },
    queue_name: { sql: "q.name" },
    name: { sql: "m.name", doc: "Such as tTalk or nTransferred" },
    value: { sql: "m.value", doc: "Times, whose names start with t, are in milliseconds; n counts" },
    emit_date: { sql: "m.emit_date" }
  },
  from: (at) => `FROM ${at("metrics")} m
${around("m", at)}
CROSS JOIN LATERAL (SELECT min(s.queue_id) AS queue_id FROM ${at("segments")} s
  WHERE s.conversation_id = m.conversation_id AND s.participant = m.participant AND s.session = m.session) f
LEFT JOIN ${at("queues")} q ON q.id = f.queue_id`,
  lists: [users, queues.layout]
} as const satisfies View

export const named = [participants, segments, metrics] as const
