/** What an OAuth client's id and secret must look like, wherever they come from. */
import * as Schema from "effect/Schema"
import type * as Setting from "@effect-genesys/core/Setting"

// Both go into one Basic header, which a colon splits: the id cannot hold one, and neither can hold a blank.
/** The id of an OAuth client: a UUID, as Genesys Cloud shows it. */
export const clientId: Setting.Expected<string> = {
  schema: Schema.String.check(Schema.isPattern(/^[\x21-\x39\x3b-\x7e]+$/)),
  expected: "the id of an OAuth client in Genesys Cloud (a UUID)"
}
/** The secret of an OAuth client, `Redacted` from the moment it is read. */
export const clientSecret: Setting.Expected<string> = {
  schema: Schema.String.check(Schema.isPattern(/^[\x21-\x7e]+$/)),
  expected: "the secret of that OAuth client, as Genesys Cloud shows it, without blanks"
}
