/** Whose lock of a stored token is waited for, and for how long, to the millisecond; and what is done where there can be none. */
import { assert, describe, it, vi } from "@effect/vitest"
import { NodeCrypto, NodeServices } from "@effect/platform-node"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as PlatformError from "effect/PlatformError"
import * as fs from "node:fs"
import { join } from "node:path"
import { entry, owner, put, read } from "../src/testing/TokenStoreSuite.ts"
import { TokenStore } from "../src/TokenStore.ts"
import { layerFile, newDirectory } from "./Stored.ts"

const another = JSON.stringify({ pid: 1, host: "another-machine", id: "00000000-0000-4000-8000-000000000002" })

/** A store in a directory with a token in it, what it warns of, and its files. */
const withToken = <A, E, R>(
  use: (place: { file: string; lock: string; warnings: Array<string> }) => Effect.Effect<A, E, R>
) => {
  const directory = newDirectory()
  const warnings: Array<string> = []
  const logger = Logger.make(({ message }) => void warnings.push(String(message)))
  return Effect.gen(function* () {
    yield* put(owner(), "one")
    const file = join(
      directory,
      fs.readdirSync(directory).find((name) => name.endsWith(".token"))!
    )
    return yield* use({ file, lock: `${file}.lock`, warnings })
  }).pipe(Effect.provide([layerFile(directory), Logger.layer([logger])]))
}

/** The clock that locks go by stands at what `show` says. */
const clock = Effect.acquireRelease(
  Effect.sync(() => {
    // A whole second: files keep less of their times.
    const start = Math.ceil(Date.now() / 1_000) * 1_000
    let ahead = 0
    const spy = vi.spyOn(Date, "now").mockImplementation(() => start + ahead)
    return { start, show: (millis: number) => Effect.sync(() => void (ahead = millis)), spy }
  }),
  ({ spy }) => Effect.sync(() => spy.mockRestore())
)
/** Several looks at a lock. */
const looks = Effect.sleep("120 millis")

const leave = (lock: string, millis: number, text = another) => {
  fs.writeFileSync(lock, text)
  touch(lock, millis)
}
const touch = (lock: string, millis: number) => fs.utimesSync(lock, new Date(millis), new Date(millis))

describe("the lock of another one", () => {
  const waited: ReadonlyArray<readonly [name: string, text: string, silence: number]> = [
    ["of another machine, which touched it 10 s ago", another, 10_000],
    ["of another machine, whose clock is 10 s ahead", another, -10_000],
    ["that is empty since 2 s", "", 2_000]
  ]
  for (const [name, text, silence] of waited) {
    it.live(`${name}, is waited for; a millisecond more, and it is taken over`, () =>
      withToken(({ file, lock }) =>
        Effect.gen(function* () {
          const { show, start } = yield* clock
          leave(lock, start - silence, text)
          const change = yield* Effect.forkChild(put(owner(), "two"), { startImmediately: true })
          yield* looks
          assert.isUndefined(change.pollUnsafe())
          assert.strictEqual(fs.readFileSync(lock, "utf8"), text)
          yield* show(silence < 0 ? -1 : 1)
          yield* Fiber.join(change)
          assert.isFalse(fs.existsSync(lock))
          assert.isTrue(fs.existsSync(file))
          assert.strictEqual(yield* read(owner()), "two")
        }).pipe(Effect.scoped)
      )
    )
  }

  it.live("is waited for 15 s, and a millisecond later the token is asked for without it", () =>
    withToken(({ lock, warnings }) =>
      Effect.gen(function* () {
        const { show, start } = yield* clock
        leave(lock, start)
        const change = yield* Effect.forkChild(put(owner(), "two"), { startImmediately: true })
        yield* looks
        // By steps of less than 10 s, as it is not to look dead.
        for (const millis of [7_500, 15_000]) {
          touch(lock, start + millis)
          yield* show(millis)
          yield* looks
        }
        assert.isUndefined(change.pollUnsafe())
        assert.deepStrictEqual(warnings, [])
        yield* show(15_001)
        yield* Fiber.join(change)
        assert.deepStrictEqual(warnings, ["the stored token cannot be locked; other processes may ask too"])
        assert.strictEqual(fs.readFileSync(lock, "utf8"), another)
        assert.strictEqual(yield* read(owner()), "two")
      }).pipe(Effect.scoped)
    )
  )
})

describe("a token", () => {
  it.live("is stored without a lock where none can be made", () => {
    const directory = newDirectory()
    const refused = PlatformError.systemError({ _tag: "PermissionDenied", module: "FileSystem", method: "open" })
    const noLocks = Layer.effect(
      FileSystem.FileSystem,
      FileSystem.FileSystem.use((real) =>
        Effect.sync((): FileSystem.FileSystem => ({
          ...real,
          open: (path, options) => (path.endsWith(".lock") ? Effect.fail(refused) : real.open(path, options))
        }))
      )
    ).pipe(Layer.provideMerge(NodeServices.layer))
    return Effect.gen(function* () {
      yield* put(owner(), "one")
      assert.strictEqual(yield* read(owner()), "one")
    }).pipe(
      Effect.provide(TokenStore.layerFile({ directory }).pipe(Layer.provide(NodeCrypto.layer), Layer.provide(noLocks)))
    )
  })

  it.live("is not stored by one whose lock has become a link, as nobody can tell whose that is", () =>
    withToken(({ lock }) =>
      Effect.gen(function* () {
        yield* TokenStore.use((store) =>
          store.modify(owner(), () =>
            Effect.sync(() => {
              fs.rmSync(lock)
              fs.symlinkSync(`${lock}.elsewhere`, lock)
              return [undefined, entry("two")] as const
            })
          )
        )
        assert.strictEqual(yield* read(owner()), "one")
      })
    )
  )

  it.live("is read from a file of 64 KiB, and from no larger one", () =>
    withToken(({ file }) =>
      Effect.gen(function* () {
        const text = fs.readFileSync(file, "utf8")
        fs.writeFileSync(file, text.padEnd(64 * 1024))
        assert.strictEqual(yield* read(owner()), "one")
        fs.writeFileSync(file, text.padEnd(64 * 1024 + 1))
        assert.isUndefined(yield* read(owner()))
      })
    )
  )

  it.live("that is not there is removed without a warning", () =>
    withToken(({ file, warnings }) =>
      Effect.gen(function* () {
        yield* TokenStore.use((store) => Effect.andThen(store.remove(owner()), store.remove(owner())))
        assert.isFalse(fs.existsSync(file))
        assert.deepStrictEqual(warnings, [])
      })
    )
  )
})
