/** Any list: what a job may say of it, and the table that its rows go to. */
import * as Schema from "effect/Schema"
import * as Column from "../../Column.ts"
import type { WholeLayout } from "../../ListSource.ts"

/** Such tables and folders begin so, and no others do. */
export const prefix = "list_"

const pattern = (regex: RegExp, expected: string) =>
  Schema.String.annotate({ expected }).check(Schema.isPattern(new RegExp(regex, "u"), { expected }).abort())

const Name = pattern(/^[a-z][a-z0-9_]{0,39}$/, "at most 40 small letters, digits and _")
const isName = Schema.is(Name)
const operation = /^(?:([A-Z]\w{0,63}Api)\.)?((?:get|post)[A-Z]\w{0,99})$/

/** Where the rows of an operation go, if nothing is said: `list_routing_queues` for `getRoutingQueues`. None if that is no name. */
const usual = (name: string): string | undefined => {
  const words = operation.exec(name)?.[2]?.replace(/^(?:get|post)/, "")
  const snake = words?.replaceAll(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter}`).toLowerCase()
  return isName(snake) ? snake : undefined
}

/** Its folder and table; undefined if its operation makes none, and it must be said. */
export const nameOf = ({ into, operation: of }: { readonly into?: string | undefined; readonly operation: string }) => {
  const name = into ?? usual(of)
  return isName(name) ? `${prefix}${name}` : undefined
}

export const list = {
  name: "list",
  by: "whole",
  key: "id",
  one: "list_row",
  deletions: true,
  fields: { id: Schema.String },
  table: { key: "id", columns: { name: Column.text("name") } }
} as const satisfies WholeLayout

const field = pattern(/^[A-Za-z][A-Za-z0-9]{0,63}$/, "the name of a field")
const value = Schema.Union([Schema.String, Schema.Finite, Schema.Boolean])

export const settings = () => ({
  operation: pattern(
    operation,
    "an operation of the official SDK that gets a list, such as getRoutingQueues or RoutingApi.getRoutingQueues"
  ).annotate({
    description:
      "The operation of the official SDK that gives the list, such as getRoutingQueues: a get, a search or a query."
  }),
  parameters: Schema.optionalKey(
    Schema.Record(Schema.String, Schema.Union([value, Schema.Array(value)])).annotate({
      description: "The parameters of the operation by their names, those of its path too."
    })
  ),
  body: Schema.optionalKey(
    Schema.Record(Schema.String, Schema.Json).annotate({ description: "The body of a search or query." })
  ),
  key: Schema.optionalKey(
    field.annotate({
      description: "The field that a row is known by. Default id."
    })
  ),
  rows: Schema.optionalKey(
    field.annotate({
      description: "The field of an answer that has the rows. Default: the one that it has, such as entities."
    })
  ),
  into: Schema.optionalKey(
    Name.annotate({
      description:
        "The name of its folder and table, after list_. Default: that of the operation, such as routing_queues."
    })
  )
})
