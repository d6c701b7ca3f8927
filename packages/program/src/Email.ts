/** An e-mail address as somebody types it: whether it is anybody's, Genesys says. */
import * as Schema from "effect/Schema"

export const Email = Schema.String.check(Schema.isPattern(/^[^\s@]+@[^\s@]+$/, { expected: "an e-mail address" }))
