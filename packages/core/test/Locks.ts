/** Locks in folders of their own, owners that are not there, and a clock that a test puts forward: for the tests of `ProcessLock`. */
import { it, vi } from "@effect/vitest"
import { NodeServices } from "@effect/platform-node"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Schedule from "effect/Schedule"
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as ProcessLock from "../src/ProcessLock.ts"

export const newPath = () => join(fs.mkdtempSync(join(tmpdir(), "genesys-lock-")), "a.lock")

/** No process has this number: it is above the largest one. */
export const gone = { pid: 2 ** 30, ...ProcessLock.here(), id: "00000000-0000-4000-8000-000000000001" }
export const elsewhere = { pid: 1, host: "another-machine", id: "00000000-0000-4000-8000-000000000002" }

export const leave = (path: string, owner: ProcessLock.Owner) => fs.writeFileSync(path, JSON.stringify(owner))

export const patient: ProcessLock.Rule = { poll: 5, decide: ({ isGone }) => (isGone ? "TakeOver" : "Wait") }

export const acquire = (path: string, rule: ProcessLock.Rule = patient, file?: FileSystem.FileSystem) =>
  Effect.flatMap(FileSystem.FileSystem, (real) => ProcessLock.acquire(file ?? real, { ...rule, path }))

export const test = (name: string, effect: Effect.Effect<unknown, unknown, FileSystem.FileSystem>) =>
  it.live(name, () => Effect.timeout(effect, "20 seconds").pipe(Effect.provide(NodeServices.layer)))

export const deadOrLeft: ProcessLock.Rule = { poll: 5, decide: ({ isGone }) => (isGone ? "TakeOver" : "GiveUp") }

/** While it runs, somebody touches the lock at this path. */
export const touched = <A, E, R>(path: string, use: Effect.Effect<A, E, R>) => {
  let times = 0
  const touch = Effect.sync(() => fs.utimesSync(path, ++times, times))
  return Effect.raceFirst(use, Effect.andThen(Effect.repeat(touch, Schedule.spaced("10 millis")), Effect.never))
}
/** The clocks that locks go by, which can be put forward: what happens to a process that is stopped. */
export const clock = Effect.acquireRelease(
  Effect.sync(() => {
    const { now } = Date
    const steady = process.hrtime.bigint.bind(process.hrtime)
    let [ahead, steadilyAhead] = [0, 0]
    const spies = [
      vi.spyOn(Date, "now").mockImplementation(() => now() + ahead),
      vi.spyOn(process.hrtime, "bigint").mockImplementation(() => steady() + BigInt(steadilyAhead) * 1_000_000n)
    ]
    const sleep = (millis: number) => void (ahead += millis)
    return { sleep, sleepUnseen: (millis: number) => void (steadilyAhead += millis), spies }
  }),
  ({ spies }) => Effect.sync(() => spies.forEach((spy) => spy.mockRestore()))
)
