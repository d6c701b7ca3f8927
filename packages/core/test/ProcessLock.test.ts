import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import * as fs from "node:fs"
import { join } from "node:path"
import * as ProcessLock from "../src/ProcessLock.ts"
import { acquire, elsewhere, gone, leave, newPath, test } from "./Locks.ts"

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
