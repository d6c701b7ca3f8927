/** Users: one table. */
import { User } from "@effect-genesys/client/User"
import * as Schema from "effect/Schema"
import * as Column from "../../Column.ts"
import type { Layout } from "../../Layout.ts"

export const users = {
  name: "users",
  by: "whole",
  key: "id",
  one: "user",
  fields: User.fields,
  table: {
    key: "id",
    columns: {
      name: Column.text("name"),
      email: Column.text("email"),
      username: Column.text("username"),
      department: Column.text("department"),
      title: Column.text("title"),
      state: Column.text("state", "active, inactive or deleted"),
      division_id: Column.text(["division", "id"]),
      division_name: Column.text(["division", "name"]),
      version: Column.number("version", "Counts the changes")
    }
  }
} as const satisfies Layout

export const states = ["active", "inactive", "deleted", "any"] as const

export const settings = () => ({
  state: Schema.optionalKey(
    Schema.Literals(states).annotate({ description: "Only users in this state. Default any." })
  ),
  expand: Schema.optionalKey(
    Schema.Array(Schema.NonEmptyString).annotate({ description: "Fields to add, such as presence." })
  )
})
