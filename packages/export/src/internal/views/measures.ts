/**
 * What queues and agents have done in each half hour and on each day, by Genesys' own metrics: a metric belongs to the moment at which it
 * was emitted, and to the queue, user, media type and direction of its session, as in Genesys' aggregates.
 */
import { queues } from "../kinds/lists/routing.ts"
import { users } from "../kinds/users.ts"
import { localDay, of, type Expression, type View } from "./view.ts"

const times = (metric: string, doc: string): Expression => ({
  sql: `count(*) FILTER (WHERE m.name = '${metric}')`,
  doc
})
const sum = (metric: string, doc: string): Expression => ({
  sql: `coalesce(sum(m.value) FILTER (WHERE m.name = '${metric}'), 0)`,
  doc
})
const milliseconds = (metric: string) => sum(metric, `Milliseconds of ${metric} in all`)

const handled = {
  transferred: sum("nTransferred", "Passed on by agents, blind or after consulting"),
  blind_transferred: sum("nBlindTransferred", "Passed on without a word"),
  consult_transferred: sum("nConsultTransferred", "Passed on after consulting"),
  handled: times("tHandle", "How often an agent was done, the work after it included"),
  handle_ms: milliseconds("tHandle"),
  talked: times("tTalkComplete", "How often an agent had talked"),
  talk_ms: milliseconds("tTalk"),
  held: times("tHeldComplete", "How often there was a hold, or several, within a talk"),
  held_ms: milliseconds("tHeld"),
  worked: times("tAcw", "How often there was after-call work"),
  acw_ms: milliseconds("tAcw")
}

const answered = {
  answered: times("tAnswered", "Answered by an agent whom a queue has found"),
  answer_ms: sum("tAnswered", "Milliseconds that those who were answered had waited in the queue")
}

const ofQueue = {
  offered: sum("nOffered", "Routed into the queue"),
  ...answered,
  over_sla: sum("nOverSla", "Answered later than the service level of the queue asks"),
  abandoned: times("tAbandon", "Gone before an agent answered, soon ones included"),
  abandon_ms: milliseconds("tAbandon"),
  short_abandoned: times("tShortAbandon", "Of the abandoned, those who were soon gone"),
  flowed_out: times("tFlowOut", "Left the queue for a callback, a voicemail or elsewhere"),
  ...handled
}

const ofAgent = {
  alerted: times("tAlert", "How often it rang"),
  not_responding: times("tNotResponding", "How often it rang in vain"),
  ...answered,
  ...handled,
  dial_ms: milliseconds("tDialing"),
  contact_ms: milliseconds("tContacting")
}

const needed = (columns: View["columns"]) =>
  [...new Set(Object.values(columns).map(({ sql }) => /'(\w+)'/.exec(sql)?.[1]))].map((name) => `'${name}'`).join(", ")

/** What a row is of: a span of time, by the moment of a metric. */
interface Grain {
  readonly name: string
  readonly column: Expression
}

const halfHour: Grain = {
  name: "half_hour",
  column: {
    sql: "to_timestamp(floor(extract(epoch FROM m.emit_date) / 1800) * 1800)",
    doc: "The moment at which it begins: a full or a half hour of UTC"
  }
}

/** Of the moments themselves: no half hour that lies in two days is counted into one of them. */
const day = (zone: string): Grain => ({
  name: "local_day",
  column: { sql: localDay("m.emit_date", zone), doc: "The day by the clocks of the time zone" }
})

const view = (
  name: string,
  doc: string,
  grain: Grain,
  by: ReadonlyArray<string>,
  required: string,
  measures: View["columns"]
): View => ({
  name,
  doc,
  columns: { [grain.name]: grain.column, ...of("m", by), ...measures },
  from: (at) => `FROM ${at("metrics_named")} m
WHERE m.${required} IS NOT NULL AND m.emit_date IS NOT NULL AND m.name IN (${needed(measures)})
GROUP BY ${grain.column.sql}, ${by.map((one) => `m.${one}`).join(", ")}`,
  lists: [users, queues.layout]
})

const queue = ["queue_id", "queue_name", "media_type", "direction"]
const agent = ["user_id", "user_name", ...queue]

const queuesHad = "What came into each queue"
const agentsDid = "What each agent did"

/** @param zone an expression that is the name of the time zone of days */
export const measures = (zone: string): ReadonlyArray<View> => [
  view(
    "queue_half_hours",
    `${queuesHad} in each half hour, and what became of it`,
    halfHour,
    queue,
    "queue_id",
    ofQueue
  ),
  view(
    "agent_half_hours",
    `${agentsDid} in each half hour, for each queue and for none`,
    halfHour,
    agent,
    "user_id",
    ofAgent
  ),
  view("queue_days", `${queuesHad} on each day, and what became of it`, day(zone), queue, "queue_id", ofQueue),
  view("agent_days", `${agentsDid} on each day, for each queue and for none`, day(zone), agent, "user_id", ofAgent)
]
