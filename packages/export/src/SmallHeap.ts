/**
 * Makes a process collect its garbage early: for programs that export large days. Left alone, Node lets garbage pile up to several
 * times what is alive, as long as the machine has memory, and an export makes gigabytes of it. It is a setting of the whole
 * process, so only a program makes it, never a library. The simulator, which imports nothing of ours, has one like it.
 */
import { setFlagsFromString } from "node:v8"

/** Both are read by V8 whenever it decides how large a part of the heap may grow. */
const flags = ["--heap-growing-percent=50", "--semi-space-growth-factor=1"]

/** Best called first of all: what the heap has grown to before, it keeps. */
export const keep = (): void => flags.forEach((flag) => setFlagsFromString(flag))
