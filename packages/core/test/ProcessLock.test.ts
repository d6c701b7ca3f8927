import { assert, describe, it, vi } from "@effect/vitest"
import { NodeServices } from "@effect/platform-node"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as PlatformError from "effect/PlatformError"
import * as Schedule from "effect/Schedule"
import * as Scope from "effect/Scope"
import { spawn, spawnSync } from "node:child_process"
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as ProcessLock from "../src/ProcessLock.ts"
import { UntrustedFile } from "../src/UntrustedFile.ts"

const newPath = () => join(fs.mkdtempSync(join(tmpdir(), "genesys-lock-")), "a.lock")

/** No process has this number: it is above the largest one. */
const gone = { pid: 2 ** 30, ...ProcessLock.here(), id: "00000000-0000-4000-8000-000000000001" }
const elsewhere = { pid: 1, host: "another-machine", id: "00000000-0000-4000-8000-000000000002" }

const leave = (path: string, owner: ProcessLock.Owner) => fs.writeFileSync(path, JSON.stringify(owner))

const patient: ProcessLock.Rule = { poll: 5, decide: ({ isGone }) => (isGone ? "TakeOver" : "Wait") }

const acquire = (path: string, rule: ProcessLock.Rule = patient, file?: FileSystem.FileSystem) =>
  Effect.flatMap(FileSystem.FileSystem, (real) => ProcessLock.acquire(file ?? real, { ...rule, path }))

const test = (name: string, effect: Effect.Effect<unknown, unknown, FileSystem.FileSystem>) =>
  it.live(name, () => Effect.timeout(effect, "20 seconds").pipe(Effect.provide(NodeServices.layer)))

describe("ProcessLock", () => {
  test(
    "is one file that only this user may read while it is held, and none after that",
    Effect.gen(function* () {
      const path = newPath()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const lock = yield* acquire(path)
          assert.strictEqual(fs.statSync(path).mode & 0o777, 0o600)
          assert.isTrue(yield* lock.isOurs)
          assert.strictEqual(Option.getOrThrow(yield* lock.owner).pid, process.pid)
        })
      )
      assert.deepStrictEqual(fs.readdirSync(join(path, "..")), [])
    })
  )

  test(
    "is held by one at a time, though a dead one lay there and all of them see that",
    Effect.gen(function* () {
      let inside = 0
      let most = 0
      let path = newPath()
      const use = Effect.scoped(
        Effect.gen(function* () {
          yield* acquire(path)
          most = Math.max(most, ++inside)
          yield* Effect.sleep("2 millis")
          inside--
        })
      )
      for (let round = 0; round < 5; round++) {
        path = newPath()
        leave(path, gone)
        yield* Effect.all(
          Array.from({ length: 20 }, () => use),
          { concurrency: "unbounded" }
        )
        assert.strictEqual(most, 1)
        assert.deepStrictEqual(fs.readdirSync(join(path, "..")), [])
      }
    })
  )

  test(
    "that a dead one left is taken over once, by somebody who is alone",
    Effect.gen(function* () {
      const path = newPath()
      leave(path, gone)
      let takenOver = 0
      const decide = ({ isGone }: ProcessLock.Seen) => {
        if (isGone) takenOver++
        return isGone && takenOver < 3 ? "TakeOver" : "GiveUp"
      }
      yield* Effect.scoped(Effect.flatMap(acquire(path, { poll: 5, decide }), ({ isOurs }) => isOurs))
      assert.strictEqual(takenOver, 1)
    })
  )

  /** As soon as a file of this name is to be made, for the first time. */
  const before = (real: FileSystem.FileSystem, name: string, act: () => void): FileSystem.FileSystem => {
    let acted = false
    return {
      ...real,
      open: (path, options) =>
        Effect.suspend(() => {
          if (!acted && path === name) {
            acted = true
            act()
          }
          return real.open(path, options)
        })
    }
  }
  const deadOrLeft: ProcessLock.Rule = { poll: 5, decide: ({ isGone }) => (isGone ? "TakeOver" : "GiveUp") }

  for (const [what, content] of [
    ["a dead one's", gone],
    ["unreadable", "nobody"]
  ] as const) {
    test(
      `that is ${what} is left to somebody who was faster`,
      Effect.gen(function* () {
        const path = newPath()
        fs.writeFileSync(path, JSON.stringify(content))
        const claim = `${path}.${content === gone ? gone.id : "unreadable"}`
        const file = before(yield* FileSystem.FileSystem, claim, () => leave(path, elsewhere))
        const decide = ({ owner, isGone }: ProcessLock.Seen) => (isGone || Option.isNone(owner) ? "TakeOver" : "GiveUp")
        const error = yield* Effect.flip(Effect.scoped(acquire(path, { poll: 5, decide }, file)))
        assert.strictEqual(error._tag, "Busy")
        assert.deepStrictEqual(JSON.parse(fs.readFileSync(path, "utf8")), elsewhere)
        assert.deepStrictEqual(fs.readdirSync(join(path, "..")), ["a.lock"])
      })
    )
  }

  test(
    "that could not be read, and is just being written by somebody who was faster, is left to them",
    Effect.gen(function* () {
      const path = newPath()
      fs.writeFileSync(path, "nobody")
      fs.utimesSync(path, 0, 0)
      const file = before(yield* FileSystem.FileSystem, `${path}.unreadable`, () => {
        fs.rmSync(path)
        fs.writeFileSync(path, "")
      })
      let looks = 0
      const decide = () => (looks++ === 0 ? "TakeOver" : "GiveUp")
      yield* Effect.flip(Effect.scoped(acquire(path, { poll: 5, decide }, file)))
      assert.strictEqual(fs.readFileSync(path, "utf8"), "")
    })
  )

  test(
    "of a dead one is taken over, though somebody died who was about to do that",
    Effect.gen(function* () {
      const path = newPath()
      leave(path, gone)
      const second = { ...gone, id: "00000000-0000-4000-8000-000000000004" }
      const third = { ...gone, id: "00000000-0000-4000-8000-000000000005" }
      leave(`${path}.${gone.id}`, second)
      leave(`${path}.${gone.id}.${second.id}`, third)
      assert.isTrue(yield* Effect.scoped(Effect.flatMap(acquire(path), ({ isOurs }) => isOurs)))
      assert.deepStrictEqual(fs.readdirSync(join(path, "..")), [])
    })
  )

  test(
    "of a dead one waits for somebody who is about to take it over",
    Effect.gen(function* () {
      const path = newPath()
      leave(path, gone)
      const claim = `${path}.${gone.id}`
      leave(claim, elsewhere)
      const taken = yield* Effect.forkChild(Effect.scoped(acquire(path, deadOrLeft)))
      yield* Effect.sleep("100 millis")
      assert.isUndefined(taken.pollUnsafe())
      assert.deepStrictEqual(JSON.parse(fs.readFileSync(path, "utf8")), gone)
      fs.rmSync(claim)
      yield* Fiber.join(taken)
    })
  )

  test(
    "that cannot be taken over is an error, not a loop",
    Effect.gen(function* () {
      const path = newPath()
      leave(path, gone)
      const real = yield* FileSystem.FileSystem
      const denied = PlatformError.systemError({ _tag: "PermissionDenied", module: "FileSystem", method: "remove" })
      const file = {
        ...real,
        remove: (target: string, options?: Parameters<FileSystem.FileSystem["remove"]>[1]) =>
          target === path ? Effect.fail(denied) : real.remove(target, options)
      }
      const error = yield* Effect.flip(Effect.scoped(acquire(path, patient, file)))
      assert.strictEqual(error, denied)
      assert.deepStrictEqual(fs.readdirSync(join(path, "..")), ["a.lock"])
    })
  )

  test(
    "tells the rule what is there: whose it is, and whether it is touched",
    Effect.gen(function* () {
      const path = newPath()
      leave(path, elsewhere)
      const minuteAgo = new Date(Date.now() - 60_000)
      fs.utimesSync(path, minuteAgo, minuteAgo)
      const looks: Array<ProcessLock.Seen> = []
      const decide = (seen: ProcessLock.Seen) => {
        looks.push(seen)
        if (looks.length === 3) fs.utimesSync(path, new Date(), new Date())
        return looks.length === 4 ? "GiveUp" : "Wait"
      }
      yield* Effect.flip(Effect.scoped(acquire(path, { poll: 20, decide })))
      const [first, , third, fourth] = looks
      assert.isFalse(first!.isGone || first!.isOurs || first!.isNamesake)
      assert.deepStrictEqual(first!.owner, Option.some(elsewhere))
      assert.closeTo(first!.silence, 65_000, 5_000)
      assert.isAtLeast(third!.unmoved, 35)
      assert.closeTo(third!.waited, third!.unmoved, 5_000)
      assert.isFalse(third!.wasTouched)
      assert.isTrue(fourth!.wasTouched)
      assert.isBelow(fourth!.unmoved, 20)
    })
  )

  test(
    "that somebody has taken over is not given back, nor held any more",
    Effect.gen(function* () {
      const path = newPath()
      const scope = yield* Scope.make()
      const lock = yield* Scope.provide(acquire(path), scope)
      leave(path, elsewhere)
      assert.isFalse(yield* lock.isOurs)
      yield* Scope.close(scope, Exit.void)
      assert.deepStrictEqual(JSON.parse(fs.readFileSync(path, "utf8")), elsewhere)
    })
  )

  test(
    "that somebody takes over just when it is given back is theirs",
    Effect.gen(function* () {
      const path = newPath()
      const scope = yield* Scope.make()
      let id = ""
      const real = yield* FileSystem.FileSystem
      const file: FileSystem.FileSystem = {
        ...real,
        open: (name, options) => {
          if (id !== "" && name === `${path}.${id}`) leave(path, elsewhere)
          return real.open(name, options)
        }
      }
      const lock = yield* Scope.provide(acquire(path, patient, file), scope)
      id = Option.getOrThrow(yield* lock.owner).id
      yield* Scope.close(scope, Exit.void)
      assert.deepStrictEqual(JSON.parse(fs.readFileSync(path, "utf8")), elsewhere)
      assert.deepStrictEqual(fs.readdirSync(join(path, "..")), ["a.lock"])
    })
  )

  test(
    "is given back at once to who claims it, and without a claim where none can be made",
    Effect.gen(function* () {
      for (const isFull of [false, true]) {
        const path = newPath()
        const scope = yield* Scope.make()
        const real = yield* FileSystem.FileSystem
        const full = PlatformError.systemError({ _tag: "Unknown", module: "FileSystem", method: "open" })
        const file: FileSystem.FileSystem = {
          ...real,
          open: (name, options) =>
            isFull && name.startsWith(`${path}.`) ? Effect.fail(full) : real.open(name, options)
        }
        const lock = yield* Scope.provide(acquire(path, patient, file), scope)
        const { id } = Option.getOrThrow(yield* lock.owner)
        if (!isFull) leave(`${path}.${id}`, elsewhere)
        yield* Scope.close(scope, Exit.void)
        assert.deepStrictEqual(fs.readdirSync(join(path, "..")), isFull ? [] : ["a.lock", `a.lock.${id}`])
      }
    })
  )

  /** Looks are taken every 20 ms, and all that the rule goes by is 50 times as fast. */
  const hasty: ProcessLock.Rule = {
    poll: 20,
    decide: (seen) => ProcessLock.leftToWhoWorks.decide({ ...seen, unmoved: seen.unmoved * 50 })
  }
  /** While it runs, somebody touches the lock at this path. */
  const touched = <A, E, R>(path: string, use: Effect.Effect<A, E, R>) => {
    let times = 0
    const touch = Effect.sync(() => fs.utimesSync(path, ++times, times))
    return Effect.raceFirst(use, Effect.andThen(Effect.repeat(touch, Schedule.spaced("10 millis")), Effect.never))
  }
  /** The clocks that locks go by, which can be put forward: what happens to a process that is stopped. */
  const clock = Effect.acquireRelease(
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

  const { space, ...withoutSpace } = gone
  const outOfSight: ReadonlyArray<readonly [string, ProcessLock.Owner]> = [
    ["with a number that no process has here", { ...gone, space: "another" }],
    ["with a number that no process has here, noted in an older form", withoutSpace],
    ["with this process's number", { ...gone, space: "another", pid: process.pid }],
    ["with this process's number, in another thread", { ...gone, pid: process.pid }]
  ]
  for (const [who, owner] of outOfSight) {
    const isSeen = space === undefined && owner === withoutSpace
    ;(isSeen ? it.skip : test)(
      `of an owner on this host ${who}, is left to it as long as it is touched, and no longer`,
      Effect.gen(function* () {
        const path = newPath()
        leave(path, owner)
        const error = yield* touched(path, Effect.flip(Effect.scoped(acquire(path, hasty))))
        assert.strictEqual(error._tag, "Busy")
        assert.deepStrictEqual(JSON.parse(fs.readFileSync(path, "utf8")), owner)
        assert.isTrue(yield* Effect.scoped(Effect.flatMap(acquire(path, hasty), ({ isOurs }) => isOurs)))
      })
    )
  }

  // A PID namespace of its own, and the same host name: as containers of one pod have them, or those that are given a name. What is
  // started there gets the number of this process.
  const unshare = (command: string, ...words: ReadonlyArray<string>) => {
    const start = `echo ${process.pid - 1} > /proc/sys/kernel/ns_last_pid && { ${command} & wait $!; }`
    return ["--pid", "--fork", "--mount-proc", "--kill-child", "sh", "-c", start, ...words]
  }
  const canUnshare = process.platform === "linux" && spawnSync("unshare", unshare("true")).status === 0
  ;(canUnshare ? test : it.skip)(
    "of a process of another PID namespace, which has our number there, is left to it while it is alive",
    Effect.gen(function* () {
      const path = newPath()
      const modules = [
        "../src/ProcessLock.ts",
        "@effect/platform-node/NodeFileSystem",
        "effect/Effect",
        "effect/FileSystem"
      ]
      const urls = modules.map((name) =>
        name.startsWith(".") ? new URL(name, import.meta.url).href : import.meta.resolve(name)
      )
      const program = `const [Lock, Node, Effect, { FileSystem }] = await Promise.all(${JSON.stringify(urls)}.map((url) => import(url)))
        const hold = FileSystem.use((fs) => Lock.acquire(fs, { ...Lock.leftToWhoWorks, path: ${JSON.stringify(path)} }))
        Effect.runPromise(Effect.scoped(Effect.andThen(hold, Effect.never)).pipe(Effect.provide(Node.layer)))`
      yield* Effect.acquireRelease(
        Effect.sync(() =>
          spawn("unshare", unshare('"$0" --input-type=module -e "$1"', process.execPath, program), { stdio: "inherit" })
        ),
        (child) => Effect.sync(() => child.kill("SIGKILL"))
      )
      yield* Effect.repeat(Effect.sleep("20 millis"), {
        until: () => fs.existsSync(path) && fs.readFileSync(path).length > 0
      })
      const error = yield* Effect.flip(acquire(path, ProcessLock.leftToWhoWorks))
      assert.strictEqual(error._tag, "Busy")
      assert.strictEqual(JSON.parse(fs.readFileSync(path, "utf8")).pid, process.pid)
    }).pipe(Effect.scoped)
  )

  test(
    "is touched every second as long as it is ours, and what others made there is not",
    Effect.gen(function* () {
      const path = newPath()
      const age = () => fs.utimesSync(path, 1, 1)
      yield* acquire(path)
      yield* Effect.sleep("100 millis")
      age()
      yield* Effect.sleep("1200 millis")
      assert.isAbove(fs.statSync(path).mtimeMs, 1_000)
      fs.rmSync(path)
      leave(path, elsewhere)
      age()
      yield* Effect.sleep("1200 millis")
      assert.strictEqual(fs.statSync(path).mtimeMs, 1_000)
    }).pipe(Effect.scoped)
  )

  const another = { ...elsewhere, id: "00000000-0000-4000-8000-000000000003" }
  const stopped: ReadonlyArray<readonly [string, { wall?: number; steady?: number; claimant?: ProcessLock.Owner }]> = [
    ["for six seconds, with the machine", { wall: 6_000 }],
    ["for six seconds, while the clock was set back", { steady: 6_000 }],
    ["until another one had the claim", { claimant: another }]
  ]
  for (const [how, { claimant, steady = 0, wall = 0 }] of stopped) {
    test(
      `is not removed by one who had the claim to the one before, and was stopped ${how}`,
      Effect.gen(function* () {
        const path = newPath()
        const claim = `${path}.${gone.id}`
        leave(path, gone)
        const { sleep, sleepUnseen } = yield* clock
        const real = yield* FileSystem.FileSystem
        let looks = 0
        const file: FileSystem.FileSystem = {
          ...real,
          lstat: (name) =>
            Effect.tap(real.lstat(name), () => {
              // The second one: the first is of what is opened to be read.
              if (name === path && fs.existsSync(claim) && ++looks === 2) {
                leave(path, elsewhere)
                if (claimant !== undefined) leave(claim, claimant)
                sleep(wall)
                sleepUnseen(steady)
              }
              return Effect.void
            })
        }
        const error = yield* Effect.flip(Effect.scoped(acquire(path, deadOrLeft, file)))
        assert.strictEqual(error._tag, "Busy")
        assert.deepStrictEqual(JSON.parse(fs.readFileSync(path, "utf8")), elsewhere)
        // Nor is the claim, which may be another one's by now.
        assert.isTrue(fs.existsSync(claim))
      }).pipe(Effect.scoped)
    )
  }

  test(
    "is not had by one who was stopped before it was written, until it was somebody else's",
    Effect.gen(function* () {
      const path = newPath()
      const real = yield* FileSystem.FileSystem
      const file: FileSystem.FileSystem = {
        ...real,
        open: (name, options) =>
          Effect.tap(real.open(name, options), () => {
            if (options?.flag !== "ax") return Effect.void
            fs.rmSync(path)
            return Effect.sync(() => leave(path, elsewhere))
          })
      }
      const error = yield* Effect.flip(Effect.scoped(acquire(path, deadOrLeft, file)))
      assert.strictEqual(error._tag, "Busy")
      assert.deepStrictEqual(JSON.parse(fs.readFileSync(path, "utf8")), elsewhere)
    })
  )

  test(
    "was not looked at while the machine was suspended, or its clock was set",
    Effect.gen(function* () {
      const path = newPath()
      leave(path, elsewhere)
      const { sleep } = yield* clock
      const unmoved: Array<number> = []
      const decide = (seen: ProcessLock.Seen) => {
        unmoved.push(seen.unmoved)
        sleep(unmoved.length === 1 ? 60_000 : -120_000)
        return unmoved.length === 4 ? "GiveUp" : "Wait"
      }
      yield* Effect.flip(acquire(path, { poll: 5, decide }))
      assert.isBelow(Math.max(...unmoved), 500)
      assert.isAtLeast(Math.min(...unmoved), 0)
    }).pipe(Effect.scoped)
  )

  test(
    "on a disk that does not answer is an error, not a loop",
    Effect.gen(function* () {
      const path = newPath()
      leave(path, elsewhere)
      const real = yield* FileSystem.FileSystem
      const stale = PlatformError.systemError({ _tag: "Unknown", module: "FileSystem", method: "lstat" })
      let looks = 0
      const file: FileSystem.FileSystem = {
        ...real,
        // In the end it goes on, or nothing could ever stop a loop.
        lstat: (name) => (++looks < 100 ? Effect.fail(stale) : real.lstat(name))
      }
      assert.strictEqual(yield* Effect.flip(Effect.scoped(acquire(path, deadOrLeft, file))), stale)
      assert.strictEqual(looks, 1)
    })
  )

  test(
    "cannot be claimed where something else is in the place of the claim, which stays",
    Effect.gen(function* () {
      const path = newPath()
      leave(path, gone)
      const claim = `${path}.${gone.id}`
      fs.mkdirSync(claim)
      const error = yield* Effect.flip(Effect.scoped(acquire(path)))
      assert.strictEqual(error._tag === "Busy" && error.seen.refused?.message, `${claim} is not a file. Move it away.`)
      assert.deepStrictEqual(fs.readdirSync(join(path, "..")), ["a.lock", `a.lock.${gone.id}`])
    })
  )

  test(
    "is taken over though the claim to it was replaced while it was opened",
    Effect.gen(function* () {
      const path = newPath()
      leave(path, gone)
      const claim = `${path}.${gone.id}`
      leave(claim, elsewhere)
      const real = yield* FileSystem.FileSystem
      let opened = 0
      const file: FileSystem.FileSystem = {
        ...real,
        open: (name, options) =>
          Effect.suspend(() => {
            if (name === claim && options?.flag === "r" && ++opened === 1) {
              leave(`${claim}.new`, { ...gone, id: another.id })
              fs.renameSync(`${claim}.new`, claim)
            }
            return real.open(name, options)
          })
      }
      assert.isTrue(yield* Effect.scoped(Effect.flatMap(acquire(path, patient, file), ({ isOurs }) => isOurs)))
      assert.isAbove(opened, 1)
    })
  )

  test(
    "is given back though something else is in the place of the claim",
    Effect.gen(function* () {
      const path = newPath()
      const scope = yield* Scope.make()
      const lock = yield* Scope.provide(acquire(path), scope)
      fs.mkdirSync(`${path}.${Option.getOrThrow(yield* lock.owner).id}`)
      yield* Scope.close(scope, Exit.void)
      assert.isFalse(fs.existsSync(path))
    })
  )

  test(
    "is left after half a minute to who keeps touching the claim to it",
    Effect.gen(function* () {
      const path = newPath()
      leave(path, gone)
      const claim = `${path}.${gone.id}`
      leave(claim, elsewhere)
      const { sleep } = yield* clock
      const taken = yield* Effect.forkChild(Effect.flip(acquire(path)), { startImmediately: true })
      const error = yield* touched(
        claim,
        Effect.gen(function* () {
          for (const millis of [0, 29_000]) {
            sleep(millis)
            yield* Effect.sleep("100 millis")
            assert.isUndefined(taken.pollUnsafe())
          }
          sleep(1_000)
          return yield* Fiber.join(taken)
        })
      )
      assert.strictEqual(error._tag, "Busy")
      assert.deepStrictEqual(JSON.parse(fs.readFileSync(claim, "utf8")), elsewhere)
    }).pipe(Effect.scoped)
  )

  test(
    "that is a link is never followed, and nobody's",
    Effect.gen(function* () {
      const path = newPath()
      const target = `${path}.target`
      fs.symlinkSync(target, path)
      const rule: ProcessLock.Rule = { poll: 5, decide: ({ refused }) => (refused === undefined ? "Wait" : "GiveUp") }
      const error = yield* Effect.flip(Effect.scoped(acquire(path, rule)))
      assert.match(error._tag === "Busy" ? String(error.seen.refused?.what) : "", /symbolic link/)
      assert.isFalse(fs.existsSync(target))
    })
  )

  test(
    "that is a folder goes with what is in it, if the rule says so",
    Effect.gen(function* () {
      const path = newPath()
      fs.mkdirSync(path)
      fs.writeFileSync(join(path, "file"), "")
      const rule: ProcessLock.Rule = { poll: 5, decide: ({ refused }) => (refused === undefined ? "Wait" : "TakeOver") }
      assert.isTrue(yield* Effect.scoped(Effect.flatMap(acquire(path, rule), ({ isOurs }) => isOurs)))
      assert.deepStrictEqual(fs.readdirSync(join(path, "..")), [])
    })
  )
})

describe("the rule that leaves a lock to who works", () => {
  const untrusted = new UntrustedFile({ file: "a.lock", reason: "Refused", what: "is a folder" })
  const seen: ProcessLock.Seen = {
    owner: Option.some(elsewhere),
    refused: undefined,
    isOurs: false,
    isGone: false,
    isNamesake: false,
    silence: 0,
    wasTouched: false,
    unmoved: 0,
    waited: 0,
    takenOver: 0
  }
  const dead = { isGone: true }
  const table: ReadonlyArray<readonly [string, Partial<ProcessLock.Seen>, ReturnType<ProcessLock.Rule["decide"]>]> = [
    ["has just been seen", {}, "Wait"],
    ["was touched while one looked", { wasTouched: true }, "GiveUp"],
    ["was touched, and not again for long", { wasTouched: true, unmoved: 60_000 }, "GiveUp"],
    ["does nothing for less than ten seconds", { unmoved: 9_999 }, "Wait"],
    ["does nothing for ten seconds", { unmoved: 10_000 }, "TakeOver"],
    // Clocks may differ: how long ago it was touched by another one's says nothing.
    ["seems to be silent for a day", { silence: 86_400_000 }, "Wait"],
    ["is dead", dead, "TakeOver"],
    ["is dead, and was touched before that", { isGone: true, wasTouched: true }, "TakeOver"],
    ["has this process's number", { isNamesake: true }, "Wait"],
    [
      "has this process's number, and does nothing for less than three seconds",
      { isNamesake: true, unmoved: 2_999 },
      "Wait"
    ],
    ["has this process's number, and does nothing for three seconds", { isNamesake: true, unmoved: 3_000 }, "TakeOver"],
    ["has this process's number, and was touched", { isNamesake: true, wasTouched: true, unmoved: 3_000 }, "GiveUp"],
    ["is this very process", { isOurs: true, isNamesake: true }, "GiveUp"],
    ["could not have made it", { ...dead, refused: untrusted }, "GiveUp"],
    ["is dead, and two others were faster", { ...dead, takenOver: 2 }, "TakeOver"],
    ["is dead, and three others were faster", { ...dead, takenOver: 3 }, "GiveUp"]
  ]
  it.each(table)("if its owner %s", (_, change, expected) => {
    assert.strictEqual(ProcessLock.leftToWhoWorks.decide({ ...seen, ...change }), expected)
  })
})
