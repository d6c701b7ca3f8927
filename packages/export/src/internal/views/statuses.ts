/**
 * How long each agent was in each presence and routing status, in each half hour and on each day: the spans of `user_status`, cut at the
 * borders of half hours or days. What goes on counts up to the moment of which its row tells.
 */
import { userStatus } from "../kinds/userStatus.ts"
import { users } from "../kinds/users.ts"
import { localDay, type Expression, type View } from "./view.ts"

const presences = [
  "AVAILABLE",
  "AWAY",
  "BREAK",
  "BUSY",
  "IDLE",
  "MEAL",
  "MEETING",
  "OFFLINE",
  "ON_QUEUE",
  "TRAINING"
] as const
const routingStatuses = ["COMMUNICATING", "IDLE", "INTERACTING", "NOT_RESPONDING", "OFF_QUEUE"] as const

const presence = "presence"
const routing = "routing"

const sumOf = (where: string) => `coalesce(sum(m.ms) FILTER (WHERE ${where}), 0)`
const milliseconds = (where: string, doc: string): Expression => ({ sql: `CAST(${sumOf(where)} AS bigint)`, doc })
const quoted = (status: string) => `'${status}'`

const within = (what: string, statuses: ReadonlyArray<string>) =>
  `m.what = '${what}' AND m.status IN (${statuses.map(quoted).join(", ")})`

/** One for each, and one for those that Genesys may add, so that they add up. */
const each = (what: string, metric: string, statuses: ReadonlyArray<string>): View["columns"] => ({
  ...Object.fromEntries(
    statuses.map((status) => [
      `${what}_${status.toLowerCase()}_ms`,
      milliseconds(within(what, [status]), `Milliseconds of ${metric} ${status}`)
    ])
  ),
  [`${what}_other_ms`]: milliseconds(
    `m.what = '${what}' AND (m.status IS NULL OR m.status NOT IN (${statuses.map(quoted).join(", ")}))`,
    `Milliseconds of any other ${metric}`
  )
})

/** As a floating-point number, which both engines divide alike. */
const number = (statuses: ReadonlyArray<string>) => `CAST(${sumOf(within(routing, statuses))} AS double precision)`

const measures: View["columns"] = {
  ...each(presence, "tSystemPresence", presences),
  ...each(routing, "tAgentRoutingStatus", routingStatuses),
  logged_in_ms: milliseconds(
    `m.what = '${presence}' AND coalesce(m.status, '') <> 'OFFLINE'`,
    "Milliseconds in any presence but OFFLINE"
  ),
  occupancy: {
    sql: `100 * ${number(["INTERACTING"])} / nullif(${number(["INTERACTING", "COMMUNICATING", "IDLE"])}, 0)`,
    doc: "Percent of the time INTERACTING, COMMUNICATING or IDLE that was INTERACTING; null if there was none"
  }
}

const millis = (moment: string) => `CAST(round(1000 * extract(epoch FROM ${moment})) AS bigint)`

const spans = (at: (name: string) => string, table: string, what: string, status: string) =>
  `SELECT s.user_id, s.day, '${what}' AS what, p.${status} AS status, ${millis("p.start_time")} AS since,
    ${millis("coalesce(p.end_time, s.as_of)")} AS until
  FROM ${at(table)} p JOIN ${at("user_status")} s ON s.key = p.key
  WHERE p.start_time < coalesce(p.end_time, s.as_of)`

/** The pieces of each span that lie in one span of time of so many seconds; a span is of one day. */
const pieces = (at: (name: string) => string, seconds: number) => {
  const length = seconds * 1000
  const placeOf = (moment: string) => `CAST(floor(${moment} / ${length}.0) AS bigint)`
  return `FROM (SELECT t.user_id, t.day, t.what, t.status, to_timestamp((t.first + g.n) * ${seconds}) AS piece,
    least(t.until, (t.first + g.n + 1) * ${length}) - greatest(t.since, (t.first + g.n) * ${length}) AS ms
  FROM (SELECT s.user_id, s.day, s.what, s.status, s.since, s.until, ${placeOf("s.since")} AS first,
      ${placeOf("(s.until - 1)")} AS last
    FROM (${spans(at, "user_presences", presence, "system_presence")}
    UNION ALL ${spans(at, "user_routing_statuses", routing, "routing_status")}) s) t
  JOIN generate_series(0, ${86_400 / seconds}) g(n) ON g.n <= t.last - t.first) m
LEFT JOIN ${at("users")} u ON u.id = m.user_id`
}

const user: View["columns"] = { user_id: { sql: "m.user_id" }, user_name: { sql: "u.name" } }
const lists = [users, userStatus]

/** Clocks differ from UTC by whole quarters of an hour: each of them lies in one day, wherever. */
const quarter = 900
const half = 1800

/** @param zone an expression that is the name of the time zone of days */
export const statuses = (zone: string): ReadonlyArray<View> => [
  {
    name: "agent_status_half_hours",
    doc: "How long each agent was in each presence and routing status in each half hour",
    columns: {
      day: { sql: "m.day", doc: "The UTC day: to ask for some days alone is fast" },
      half_hour: { sql: "m.piece", doc: "The moment at which it begins: a full or a half hour of UTC" },
      ...user,
      ...measures
    },
    from: (at) => `${pieces(at, half)}\nGROUP BY m.day, m.piece, m.user_id, u.name`,
    lists
  },
  {
    name: "agent_status_days",
    doc: "How long each agent was in each presence and routing status on each day",
    columns: {
      local_day: { sql: localDay("m.piece", zone), doc: "The day by the clocks of the time zone" },
      ...user,
      ...measures
    },
    from: (at) => `${pieces(at, quarter)}\nGROUP BY ${localDay("m.piece", zone)}, m.user_id, u.name`,
    lists
  }
]
