/** An e-mail address as somebody types it: whether it is anybody's, Genesys says. */
import * as Schema from "effect/Schema"

/** A schema of a text that looks like an e-mail address. */
export const Email = Schema.String.check(Schema.isPattern(/^[^\s@]+@[^\s@]+$/, { expected: "an e-mail address" }))
