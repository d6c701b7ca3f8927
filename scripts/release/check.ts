/** Ends with 1 if what is checked out cannot be released under the tag that is given. */
import { faults } from "./Release.ts"

const found = faults(process.argv[2] ?? "")
for (const fault of found) console.error(fault)
if (found.length > 0) process.exitCode = 1
