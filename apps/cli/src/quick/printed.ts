import { writeSync } from "node:fs"

/** Prints a line, or a few, on standard output at once; false if it could not be printed, and nothing of it was. What must be cleaned is not. */
export const printed = (line: string): boolean => {
  if (!/^[ -~\n]*$/.test(line)) return false
  try {
    // What is this short is written whole, or not at all.
    writeSync(1, `${line}\n`)
    return true
  } catch {
    return false
  }
}
