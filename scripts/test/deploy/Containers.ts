/**
 * Starts what an image of `deploy/Dockerfile` starts, as a container with a read-only root would: as a user who is nobody's, with nothing
 * but the environment of the image and what is given, and with no folder to write in but those that are mounted.
 */
import { spawn } from "node:child_process"
import { chmodSync, chownSync, lstatSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs"
import { join } from "node:path"
import { envOf, type Image } from "./Dockerfile.ts"

export const isRoot = process.getuid?.() === 0

/** The one of the image. Whoever is not the superuser can be nobody else, and is himself. */
const userOf = ({ user }: Image) => {
  const [uid, gid] = user.split(":").map(Number)
  return isRoot && uid !== undefined && gid !== undefined ? { uid, gid } : {}
}

/** Takes the right to write from everybody, but for these folders, whose owner in the image may: each is empty, as in a new container. */
export const seal = (image: Image, writable: ReadonlyArray<string>): void => {
  const close = (path: string): void => {
    const found = lstatSync(path)
    if (found.isSymbolicLink()) return
    if (isRoot) chownSync(path, 0, 0)
    if (found.isDirectory()) for (const name of readdirSync(path)) close(join(path, name))
    // As images have it: whoever there is may read.
    chmodSync(path, found.isDirectory() || (found.mode & 0o111) !== 0 ? 0o555 : 0o444)
  }
  const open = writable.map((path) => join(image.folder, path))
  const owners = open.map((path) => statSync(path))
  for (const path of open) {
    rmSync(path, { recursive: true })
    mkdirSync(path)
  }
  close(image.folder)
  for (const [place, { gid, uid }] of owners.entries()) {
    const path = open[place] ?? ""
    chmodSync(path, 0o700)
    if (isRoot) chownSync(path, uid, gid)
  }
}

export interface Running {
  readonly pid: number
  /** What it has printed so far. */
  readonly output: () => string
  readonly signal: (signal: NodeJS.Signals) => void
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>
}

/** Starts a command of the image. @param env what `docker run -e` would add */
export const start = (image: Image, command: ReadonlyArray<string>, env: Readonly<Record<string, string>>): Running => {
  const [program = "", ...args] = command
  const child = spawn(program, args, {
    cwd: join(image.folder, image.workdir),
    env: { ...envOf(image), ...env },
    stdio: ["ignore", "pipe", "pipe"],
    ...userOf(image)
  })
  let output = ""
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (part: string) => (output += part))
  }
  const ended = new Promise<Awaited<Running["ended"]>>((resolve, reject) => {
    child.once("error", reject)
    child.once("close", (code, signal) => resolve({ code, signal }))
  })
  return {
    pid: child.pid ?? 0,
    output: () => output,
    signal: (signal) => void child.kill(signal),
    ended
  }
}
