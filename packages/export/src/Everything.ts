/**
 * A copy of a whole organization: all kinds that have a name, what happened before what there is, and how often each is worth reading
 * within the calls that one token may make. Any other list, and topics of notifications, are for whoever names them.
 */
import type * as Kinds from "./Kinds.ts"

/** The name of a kind that belongs to a whole copy. */
export type Part = Exclude<Kinds.Name, "list">

/** A span as people write it in settings. */
type Span = `${number}${"m" | "h" | "d"}`

const every = {
  conversations: "15m",
  conversation_aggregates: "1h",
  user_aggregates: "1h",
  user_status: "1h",
  audits: "1h",
  evaluations: "1h",
  surveys: "1h",
  // A call for each conversation that was recorded: once its day is over, and a day later.
  recordings: "6h",
  users: "1h",
  // Names beside ids: few calls each.
  queues: "1h",
  wrap_up_codes: "1h",
  skills: "1h",
  languages: "1h",
  divisions: "1h",
  presence_definitions: "1h",
  flows: "6h",
  flow_outcomes: "6h",
  groups: "6h",
  teams: "6h",
  roles: "6h",
  locations: "6h",
  schedules: "6h",
  evaluation_forms: "6h",
  survey_forms: "6h",
  campaigns: "6h",
  contact_lists: "6h",
  business_units: "6h",
  management_units: "6h",
  oauth_client_usage: "6h",
  // A call, or more, for each queue, group and team.
  queue_members: "6h",
  group_members: "6h",
  team_members: "6h",
  // Long, and seldom asked for.
  oauth_clients: "1d",
  stations: "1d",
  external_organizations: "1d",
  external_contacts: "1d"
} as const satisfies Record<Part, Span>

const isPart = (name: string): name is Part => name in every

/** In the order in which they are begun. */
export const parts: ReadonlyArray<Part> = Object.keys(every).filter(isPart)

/** How often a part is read, such as `15m`. */
export const everyOf = (part: Part): Span => every[part]

/** What is read whole is begun later by a random time of at most this: what goes by days comes first, and not all at once. */
export const laterBy: Span = "5m"
