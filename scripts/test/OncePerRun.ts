/**
 * What several test files need and takes long to make: the first one that asks makes it, in a folder of the run, and the others wait.
 * Nobody but who runs the tests can put anything there.
 */
import { existsSync, mkdtempSync, readlinkSync, renameSync, symlinkSync, unlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** @param folder of all temporary files of the run */
export const folderIn = (folder: string): string => join(folder, "once")

/** What serves the run reads this pipe until its end. @param folder of all temporary files of the run */
export const lifeline = (folder: string): string => join(folder, "lifeline")

const sleep = (millis: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, millis)

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** A link to a number that no other process of the run has now. */
const take = (lock: string) => {
  try {
    symlinkSync(String(process.pid), lock)
    return true
  } catch {
    return false
  }
}

const leave = (lock: string) => {
  try {
    unlinkSync(lock)
  } catch {
    // Another one has left it for us.
  }
}

const owner = (lock: string) => {
  try {
    return Number(readlinkSync(lock))
  } catch {
    return undefined
  }
}

/** Whether this process is the one that makes it; the others wait until it is there, or until whoever made it has failed or is dead. */
const isOurs = (all: string, lock: string): boolean => {
  for (;;) {
    if (existsSync(all)) return false
    if (take(lock)) {
      if (!existsSync(all)) return true
      leave(lock)
      return false
    }
    const pid = owner(lock)
    if (pid !== undefined && !isAlive(pid)) leave(lock)
    else sleep(50)
  }
}

/** The folder of that name. @param make is given an empty folder; a process must not ask anew while it makes it */
export const made = async (name: string, make: (folder: string) => void | Promise<void>): Promise<string> => {
  const shared = folderIn(tmpdir())
  if (!existsSync(shared)) throw new Error("This can only be made in a run of the tests: npx vitest run")
  const all = join(shared, name)
  const lock = `${all}.lock`
  if (!isOurs(all, lock)) return all
  try {
    const folder = mkdtempSync(`${all}-`)
    await make(folder)
    renameSync(folder, all)
    return all
  } finally {
    leave(lock)
  }
}
