/**
 * Makes a process collect its garbage early: for programs that are a simulator and nothing else. Left alone, Node lets garbage
 * pile up to several times what is alive, as long as the machine has memory. It is a setting of the whole process.
 */
import * as Effect from "effect/Effect"
import { setFlagsFromString } from "node:v8"

/** Both are read by V8 whenever it decides how large a part of the heap may grow, so they hold from now on. */
const flags = ["--heap-growing-percent=20", "--semi-space-growth-factor=1"]

/** Sets it, for the whole process. */
export const keep: Effect.Effect<void> = Effect.sync(() => flags.forEach((flag) => setFlagsFromString(flag)))
