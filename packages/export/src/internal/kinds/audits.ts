/** Who has changed what: a row for each entry of the audit log, by the UTC day on which it happened. */
import * as Schema from "effect/Schema"
import * as Column from "../../Column.ts"
import type { DayLayout } from "../../DayRange.ts"
import type { Spelling } from "../../Kind.ts"
import * as DaySettings from "./daySettings.ts"
import { fieldsOf } from "./fields.ts"
import type { Told } from "./told.ts"

const columns = {
  day: Column.day("eventDate", "The UTC day on which it happened"),
  event_date: Column.moment("eventDate", "When it happened"),
  service_name: Column.text("serviceName", "What has logged it, such as Routing or Architect"),
  level: Column.text("level", "USER or SYSTEM"),
  action: Column.text("action", "Such as Create, Update or Delete"),
  status: Column.text("status", "Such as SUCCESS or FAILURE"),
  entity_type: Column.text("entityType", "Of what was acted upon, such as Queue"),
  entity_id: Column.text(["entity", "id"], "What was acted upon"),
  entity_name: Column.text(["entity", "name"], "What it was called then, if Genesys says it"),
  user_id: Column.text(["user", "id"], "Who did it"),
  user_home_org_id: Column.text("userHomeOrgId", "The organization of that user: another one's may be trusted"),
  client_id: Column.text(["client", "id"], "The OAuth client by which it was done"),
  remote_ips: Column.texts("remoteIp", "Where it came from, the originator first"),
  application: Column.text("application", "The application by which it was done"),
  message: Column.text(["message", "message"], "In words, where there are any"),
  transaction_id: Column.text(
    ["initiatingAction", "transactionId"],
    "The same for all that one action has brought about"
  ),
  transaction_initiator: Column.flag(
    "transactionInitiator",
    "Whether it is the action that has brought about the others"
  )
}

const children = [
  {
    name: "audit_property_changes",
    from: "propertyChanges",
    place: "change",
    columns: {
      property: Column.text("property", "What of it was changed"),
      old_values: Column.texts("oldValues"),
      new_values: Column.texts("newValues")
    }
  },
  {
    name: "audit_entity_changes",
    from: "entityChanges",
    place: "change",
    columns: {
      entity_type: Column.text("entityType"),
      entity_id: Column.text("entityId"),
      entity_name: Column.text("entityName"),
      old_values: Column.texts("oldValues"),
      new_values: Column.texts("newValues")
    }
  }
] as const

export const audits = {
  name: "audits",
  by: "day",
  key: "id",
  one: "audit",
  fields: { id: Schema.String, ...fieldsOf(columns, children) },
  table: {
    key: "id",
    columns,
    indexes: [["event_date"], ["day"], ["user_id"], ["entity_id"]],
    children
  }
} as const satisfies DayLayout

export const told: Told = {
  doc: "Who has changed what: the audit log. One query at a time for an organization",
  operations: ["postAuditsQuery", "getAuditsQueryTransactionId", "getAuditsQueryTransactionIdResults"],
  permissions: ["audits:audit:view"]
}

export const usualAgain = "1 day"

export const settings = (spelling: Spelling) => ({
  ...DaySettings.fields(spelling, "How long a day that is over is read again, for entries that come late. Default 1d."),
  services: Schema.optionalKey(
    Schema.NonEmptyArray(Schema.NonEmptyString).annotate({
      description:
        "Only what these services have logged, such as Routing: a query for each. Default: all, by one query."
    })
  ),
  queryWait: Schema.optionalKey(
    spelling.span("How long a query may wait for another one of the organization, and run. Default 1h.")
  )
})
