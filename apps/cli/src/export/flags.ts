/** The flags of `genesys export`. */
import { factNames } from "@effect-genesys/export/FactNames"
import { listNames } from "@effect-genesys/export/ListNames"
import { PositiveDuration } from "@effect-genesys/program/DurationText"
import * as Argument from "effect/cli/Argument"
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Interval from "../conversations/Interval.ts"
import { targetFlags } from "./ExportFlags.ts"

const text = (name: string, what: string, description: string) =>
  Flag.String(name).pipe(Flag.withDescription(description), Flag.withMetavar(what), Flag.optional)

export const exportFlags = {
  kind: Argument.Literals("kind", [
    "list",
    ...listNames,
    "oauth_client_usage",
    ...factNames,
    "everything",
    "events"
  ]).pipe(
    Argument.withDescription(
      "A list that has a name, such as queues; or list, for any other, by its operation; or what happened on days, such as audits; or everything that has a name; or events, as they happen"
    )
  ),
  ...targetFlags,
  interval: Interval.flag(
    "Of what happened on days, such as audits, and of everything: a day such as 2025-11-03, from/to, yesterday, last-week or 7d; whole days in UTC"
  ).pipe(Flag.optional),
  zone: Interval.timeZoneFlag,
  topics: Flag.String("topic").pipe(
    Flag.withDescription(
      "Of events: a topic, such as v2.users.{id}.presence; {id} stands for all users, or for all queues after v2.routing.queues"
    ),
    Flag.withMetavar("topic"),
    Flag.atLeast(0)
  ),
  time: Flag.String("for").pipe(
    Flag.withDescription("Of events: how long they are listened to, such as 8h; left out, until it is told to stop"),
    Flag.withMetavar("duration"),
    Flag.withSchema(PositiveDuration),
    Flag.optional
  ),
  operation: text(
    "operation",
    "name",
    "Of list: the operation of the official SDK that gives it, such as getRoutingSkillgroups"
  ),
  named: Flag.String("param").pipe(
    Flag.withAlias("p"),
    Flag.withDescription("Of list: a parameter of the operation; lists have commas between their values"),
    Flag.withMetavar("name=value"),
    Flag.atLeast(0)
  ),
  body: text("body", "json", "Of list: the body of a search or query, as JSON"),
  key: text("key", "field", "Of list: the field that a row is known by; left out, id"),
  rows: text("rows", "field", "Of list: the field of an answer that has the rows; left out, the one that it has"),
  into: text("into", "name", "Of list: the name of its folder or table, after list_; left out, that of the operation")
}
export type Export = Command.Command.Config.Infer<typeof exportFlags>
