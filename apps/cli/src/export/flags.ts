/** The flags of `genesys export`. */
import { listNames } from "@effect-genesys/export/ListNames"
import * as Argument from "effect/cli/Argument"
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { targetFlags } from "./ExportFlags.ts"

export const exportFlags = {
  kind: Argument.Literals("kind", ["list", ...listNames, "oauth_client_usage"]).pipe(
    Argument.withDescription("A list that has a name, such as queues; or list, for any other, by its operation")
  ),
  ...targetFlags,
  operation: Flag.String("operation").pipe(
    Flag.withDescription("Of list: the operation of the official SDK that gives it, such as getRoutingSkillgroups"),
    Flag.withMetavar("name"),
    Flag.optional
  ),
  named: Flag.String("param").pipe(
    Flag.withAlias("p"),
    Flag.withDescription("Of list: a parameter of the operation; lists have commas between their values"),
    Flag.withMetavar("name=value"),
    Flag.atLeast(0)
  ),
  body: Flag.String("body").pipe(
    Flag.withDescription("Of list: the body of a search or query, as JSON"),
    Flag.withMetavar("json"),
    Flag.optional
  ),
  key: Flag.String("key").pipe(
    Flag.withDescription("Of list: the field that a row is known by; left out, id"),
    Flag.withMetavar("field"),
    Flag.optional
  ),
  rows: Flag.String("rows").pipe(
    Flag.withDescription("Of list: the field of an answer that has the rows; left out, the one that it has"),
    Flag.withMetavar("field"),
    Flag.optional
  ),
  into: Flag.String("into").pipe(
    Flag.withDescription("Of list: the name of its folder or table, after list_; left out, that of the operation"),
    Flag.withMetavar("name"),
    Flag.optional
  )
}
export type Export = Command.Command.Config.Infer<typeof exportFlags>
