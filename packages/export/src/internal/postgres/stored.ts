/** An entry of the checkpoint as it stands in a table. */
import * as Schema from "effect/Schema"
import { Entry } from "../../Checkpoint.ts"

export const Stored = Schema.toCodecJson(Entry)
