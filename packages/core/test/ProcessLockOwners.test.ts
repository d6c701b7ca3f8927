/** Whose a lock is, and whether they are at work, is known of processes that this one can see, and of what is touched: no clock tells it. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as PlatformError from "effect/PlatformError"
import { spawn, spawnSync } from "node:child_process"
import * as fs from "node:fs"
import * as ProcessLock from "../src/ProcessLock.ts"
import { UntrustedFile } from "../src/UntrustedFile.ts"
import { acquire, clock, deadOrLeft, elsewhere, gone, leave, newPath, test, touched } from "./Locks.ts"

describe("the owner of a lock", () => {
  /** Looks are taken every 20 ms, and all that the rule goes by is 50 times as fast. */
  const hasty: ProcessLock.Rule = {
    poll: 20,
    decide: (seen) => ProcessLock.leftToWhoWorks.decide({ ...seen, unmoved: seen.unmoved * 50 })
  }

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
