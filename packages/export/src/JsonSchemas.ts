/**
 * JSON Schemas (draft 2020-12) of what is exported: the lines of the files, and the rows of the flat tables. The same documents
 * are in the package as `schemas/*.json`. Genesys adds fields at any time, so fields that are not named here are allowed.
 */
import { Conversation } from "@effect-genesys/client/Conversation"
import { User } from "@effect-genesys/client/User"
import * as Schema from "effect/Schema"
import * as Tables from "./Tables.ts"

const asOf = Schema.String.annotate({
  format: "date-time",
  description: "The moment of which the row tells, by Genesys' clock."
})

const document = (title: string, schema: Schema.Constraint): Readonly<Record<string, unknown>> => {
  const { definitions, schema: root } = Schema.toJsonSchemaDocument(schema)
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title,
    ...root,
    ...(Object.keys(definitions).length === 0 ? {} : { $defs: definitions })
  }
}

/** By the name of the file. */
export const all: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "conversation.line": document(
    "A line of conversations/*.ndjson",
    Schema.Struct({ ...Conversation.fields, _asOf: asOf })
  ),
  "user.line": document("A line of users/users.ndjson", Schema.Struct({ ...User.fields, _asOf: asOf })),
  conversations: document("A row of the table conversations", Tables.Conversation),
  participants: document("A row of the table participants", Tables.Participant),
  sessions: document("A row of the table sessions", Tables.Session),
  segments: document("A row of the table segments", Tables.Segment),
  metrics: document("A row of the table metrics", Tables.Metric),
  users: document("A row of the table users", Tables.User)
}
