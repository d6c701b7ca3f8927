/** How a program ended that ours ran in its place: ours ends with the same code, and has nothing to say. */
import * as Schema from "effect/Schema"

/** A program that ours ran has ended with this code, and so does ours. */
export class ChildExit extends Schema.TaggedError<ChildExit>("@effect-genesys/program/ChildExit")("ChildExit", {
  code: Schema.Int
}) {}
