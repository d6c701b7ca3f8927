/**
 * What users were up to: a row for each user and UTC day, with the presences and the routing statuses of that day. Each is cut at the
 * borders of the day, so that those of a day add up to it, and none counts twice.
 */
import * as Schema from "effect/Schema"
import * as Column from "../../Column.ts"
import type { DayLayout } from "../../DayRange.ts"
import type { Spelling } from "../../Kind.ts"
import * as DaySettings from "./daySettings.ts"
import { fieldsOf } from "./fields.ts"
import type { Told } from "./told.ts"

const columns = {
  day: Column.day("day", "The UTC day"),
  user_id: Column.text("userId", "The user")
}

const span = {
  start_time: Column.moment("startTime", "When it began, or the day, whichever is later"),
  end_time: Column.moment("endTime", "When it ended, or the day, whichever is earlier; null while both go on"),
  duration_ms: Column.number("durationMs", "From the one to the other, in milliseconds"),
  began_at: Column.moment("beganAt", "When it began, if that was on a day before, too"),
  goes_on: Column.flag("goesOn", "Whether it went on after the day, or has not ended yet")
}

const children = [
  {
    name: "user_presences",
    from: "primaryPresence",
    place: "place",
    indexes: [["start_time"]],
    columns: {
      ...span,
      system_presence: Column.text("systemPresence", "Such as AVAILABLE, ON_QUEUE or OFFLINE"),
      organization_presence_id: Column.text("organizationPresenceId", "See presence_definitions")
    }
  },
  {
    name: "user_routing_statuses",
    from: "routingStatus",
    place: "place",
    indexes: [["start_time"]],
    columns: { ...span, routing_status: Column.text("routingStatus", "Such as IDLE, INTERACTING or OFF_QUEUE") }
  }
] as const

/** Where the spans of a row are. */
export const spanFields = children.map(({ from }) => from)

export const userStatus = {
  name: "user_status",
  by: "day",
  key: "_key",
  keyOf: ["userId", "day"],
  one: "user_status",
  fields: { _key: Schema.String, ...fieldsOf(columns, children) },
  table: { key: "key", columns, indexes: [["day"], ["user_id"]], children }
} as const satisfies DayLayout

export const told: Told = {
  doc: "What each user was up to on each day: presence and routing status from moment to moment",
  operations: [
    "postAnalyticsUsersDetailsQuery",
    "postAnalyticsUsersDetailsJobs",
    "getAnalyticsUsersDetailsJob",
    "getAnalyticsUsersDetailsJobResults"
  ],
  permissions: ["analytics:userDetail:view"]
}

export const usualAgain = "2 days"

export const settings = (spelling: Spelling) => ({
  ...DaySettings.fields(spelling, "How long a day that is over is read again, for what comes late. Default 2d."),
  jobWait: Schema.optionalKey(
    spelling.span("How long a job may wait in Genesys' queue, where one is needed. Default 4h.")
  )
})
