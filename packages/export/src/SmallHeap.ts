/**
 * Makes a process collect its garbage early, and compile less: for programs that export large days, or run for years. Left alone, Node lets garbage pile up to several
 * times what is alive, as long as the machine has memory, and an export makes gigabytes of it. It is a setting of the whole
 * process, so only a program makes it, never a library. The simulator, which imports nothing of ours, has one like it.
 */
import { setFlagsFromString } from "node:v8"

/**
 * The first two are read by V8 whenever it decides how large a part of the heap may grow. The others concern undici, whose parser of HTTP is
 * WebAssembly: V8 would compile it anew once it has run for a while, and takes 30 MB for that, most of which the process then keeps.
 * Without, the parser is no slower than can be measured.
 */
const flags = [
  "--heap-growing-percent=50",
  "--semi-space-growth-factor=1",
  "--no-wasm-tier-up",
  "--no-wasm-dynamic-tiering"
]

/** Best called first of all: what the heap has grown to before, it keeps. */
export const keep = (): void => flags.forEach((flag) => setFlagsFromString(flag))
