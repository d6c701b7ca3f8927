/** One reading of a partition, all of whose rows wait beside a sink, with what the checkpoint shall say of them: that is not for a message to say. */
import * as Schema from "effect/Schema"

/** Which reading of a partition waits. */
export const Staged = Schema.Struct({
  /** Which reading: rows of another one are not taken over with it. */
  attempt: Schema.String
})
export type Staged = typeof Staged.Type
