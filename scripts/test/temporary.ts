/**
 * One folder for whatever a run of the tests puts into the system's folder of temporary files; it goes when the run ends. What serves
 * the whole run, whoever started it, reads its lifeline, and ends when nobody can write there any more: however the run ended.
 */
import { execFileSync } from "node:child_process"
import { chmodSync, closeSync, constants, mkdirSync, mkdtempSync, openSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import * as OncePerRun from "./OncePerRun.ts"

/** A pipe that has no reader cannot be opened for writing without waiting. */
const isRead = (pipe: string) => {
  try {
    closeSync(openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK))
    return true
  } catch {
    return false
  }
}

/** When nobody reads it any more, or at that time. */
const left = async (pipe: string, atLatest: number): Promise<void> => {
  if (!isRead(pipe) || Date.now() > atLatest) return
  await setTimeout(20)
  return left(pipe, atLatest)
}

const setup = (): (() => Promise<void>) => {
  const folder = mkdtempSync(join(tmpdir(), "genesys-tests-"))
  const pipe = OncePerRun.lifeline(folder)
  execFileSync("mkfifo", ["-m", "600", pipe])
  const lifeline = openSync(pipe, "r+")
  const shared = OncePerRun.folderIn(folder)
  mkdirSync(shared)
  chmodSync(shared, 0o755)
  // As the system's own, from here: every user may put files there, and take away none but theirs.
  chmodSync(folder, 0o1777)
  process.env["TMPDIR"] = folder
  return async () => {
    closeSync(lifeline)
    await left(pipe, Date.now() + 10_000)
    rmSync(folder, { recursive: true, force: true })
  }
}

export default setup
