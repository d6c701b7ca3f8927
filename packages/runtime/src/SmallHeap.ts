/**
 * Has V8 collect garbage early: for programs that move gigabytes through a small memory. Left alone, it lets garbage pile up to
 * several times what is alive, as long as the machine has memory. It is a setting of the whole process.
 */
import * as Effect from "effect/Effect"
import { setFlagsFromString } from "node:v8"

/** V8 asks for both whenever it decides how large a part of the heap may grow, so they count from now on. */
const flags = ["--heap-growing-percent=40", "--semi-space-growth-factor=1"]

export const keep: Effect.Effect<void> = Effect.sync(() => flags.forEach((flag) => setFlagsFromString(flag)))
