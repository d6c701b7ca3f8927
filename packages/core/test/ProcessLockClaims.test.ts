/** Whoever removes a lock has the claim to it: of several who see a dead one, whoever was stopped, and whatever is in the way. */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as PlatformError from "effect/PlatformError"
import * as Scope from "effect/Scope"
import * as fs from "node:fs"
import { join } from "node:path"
import * as ProcessLock from "../src/ProcessLock.ts"
import { acquire, clock, deadOrLeft, elsewhere, gone, leave, newPath, patient, test, touched } from "./Locks.ts"

describe("a lock that is removed", () => {
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
})
