/** What several test files need and takes long to make: the first one that asks makes it, in the folder of the run, and the others wait. */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmdirSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const sleep = (millis: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, millis)

/** Whether this process is the one that makes it; the others wait until it is there, or until whoever made it has failed. */
const isOurs = (all: string): boolean => {
  for (;;) {
    if (existsSync(all)) return false
    try {
      mkdirSync(`${all}.lock`)
      if (!existsSync(all)) return true
      rmdirSync(`${all}.lock`)
      return false
    } catch {
      sleep(50)
    }
  }
}

/** The folder of that name. @param make is given an empty folder; a process must not ask anew while it makes it */
export const made = async (name: string, make: (folder: string) => void | Promise<void>): Promise<string> => {
  const all = join(tmpdir(), name)
  if (!isOurs(all)) return all
  try {
    const folder = mkdtempSync(`${all}-`)
    await make(folder)
    renameSync(folder, all)
    return all
  } finally {
    rmdirSync(`${all}.lock`)
  }
}
