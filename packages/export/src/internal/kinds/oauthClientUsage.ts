/** How much each OAuth client has used the API, day by day. */
import * as Schema from "effect/Schema"
import * as Column from "../../Column.ts"
import type { WholeLayout } from "../../ListSource.ts"

const count = Schema.optionalKey(Schema.NullOr(Schema.Finite))
const text = Schema.optionalKey(Schema.NullOr(Schema.String))

export const oauthClientUsage = {
  name: "oauth_client_usage",
  by: "whole",
  key: "_key",
  keyOf: ["clientId", "date"],
  one: "oauth_client_day",
  fields: {
    _key: Schema.String,
    clientId: text,
    clientName: text,
    date: text,
    requests: count,
    status200: count,
    status300: count,
    status400: count,
    status429: count,
    status500: count
  },
  table: {
    key: "key",
    columns: {
      day: Column.day("date", "The UTC day"),
      client_id: Column.text("clientId"),
      client_name: Column.text("clientName"),
      requests: Column.number("requests", "Calls of that day"),
      status_200: Column.number("status200", "Those that were answered with 200 to 299"),
      status_300: Column.number("status300", "Those that were answered with 300 to 399"),
      status_400: Column.number("status400", "Those that were answered with 400 to 499, but for 429"),
      status_429: Column.number("status429", "Those that the rate limit refused"),
      status_500: Column.number("status500", "Those that were answered with 500 and more")
    }
  }
} as const satisfies WholeLayout

/** So many days are asked for if nothing is said. */
export const usualDays = 7

export const settings = () => ({
  days: Schema.optionalKey(
    Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 31 })).annotate({
      description: `How many UTC days are asked for again on each run, today among them. Default ${usualDays}.`
    })
  )
})
