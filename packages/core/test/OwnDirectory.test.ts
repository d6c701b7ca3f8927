/** Which folders are used or made, and that nothing is made where it is not safe. */
import { assert, describe, it } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { execFileSync } from "node:child_process"
import { chownSync, mkdirSync, readdirSync, renameSync, rmdirSync, statSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import * as OwnDirectory from "../src/OwnDirectory.ts"
import { directory, file, folder, givenAway, isRoot, run } from "./support.ts"

const link = (target: string) => {
  const path = join(folder(), "link")
  symlinkSync(target, path)
  return path
}

describe("OwnDirectory", () => {
  const failure = (path: string) => Effect.map(Effect.flip(run(OwnDirectory.ensure(path))), ({ message }) => message)

  it.effect("makes folders for this user alone", () =>
    Effect.gen(function* () {
      const path = join(folder(), "a", "b")
      yield* run(OwnDirectory.ensure(path))
      yield* run(OwnDirectory.ensure(path))
      assert.strictEqual(execFileSync("stat", ["-c", "%a", path], { encoding: "utf8" }), "700\n")
    })
  )

  it.effect("takes no link and no file in its place, and no folder that others may write to", () =>
    Effect.gen(function* () {
      assert.match(yield* failure(link(folder())), /is a symbolic link, which is never followed\. .*: rm /)
      assert.match(yield* failure(file(folder(), "a", "")), /is no folder/)
      assert.match(yield* failure(directory(folder(), "open", 0o777)), /can be changed by other users/)
      const moved = directory(folder(), "mine")
      renameSync(moved, `${moved}.old`)
      symlinkSync(directory(folder(), "shared", 0o777), moved)
      assert.match(yield* failure(join(moved, "below")), /can be changed by other users/)
    })
  )

  it.effect.skipIf(!isRoot)("takes no folder of another user", () =>
    Effect.map(failure(givenAway(directory(folder(), "theirs", 0o755))), (message) =>
      assert.match(message, /belongs to another user/)
    )
  )

  it.effect("makes each folder that is missing for this user alone, though many make them at once", () =>
    Effect.gen(function* () {
      const above = folder()
      const deep = join(above, "a", "b", "c")
      const many = Array.from({ length: 20 }, () => OwnDirectory.ensure(deep))
      yield* run(Effect.all(many, { concurrency: "unbounded", discard: true }))
      for (const path of [join(above, "a"), join(above, "a", "b"), deep]) {
        assert.strictEqual(statSync(path).mode & 0o777, 0o700)
      }
    })
  )

  it.effect("makes nothing below a folder that others may write to, or behind a link to nothing", () =>
    Effect.gen(function* () {
      const above = folder()
      const open = directory(above, "it's open", 0o777)
      const message = yield* failure(join(open, "a", "b"))
      assert.match(message, /would be in the folder .*it's open, .*which can be changed by other users.*: chmod go-w '/)
      assert.deepStrictEqual(readdirSync(open), [])
      execFileSync("sh", ["-c", message.slice(message.indexOf("chmod"))])
      yield* run(OwnDirectory.ensure(join(open, "a", "b")))

      const lost = join(above, "lost")
      symlinkSync(join(above, "nothing"), lost)
      assert.match(yield* failure(join(lost, "a")), /is behind the link .*lost, which leads to nothing\. .*: rm /)
      assert.deepStrictEqual(readdirSync(above).toSorted(), ["it's open", "lost"])
    })
  )

  it.effect("makes folders where each moves only what is theirs", () =>
    run(OwnDirectory.ensure(join(directory(folder(), "sticky", 0o1777), "a", "b")))
  )

  it.effect.skipIf(!isRoot)("makes nothing in a folder of another user, as `sudo` with their home would", () =>
    Effect.gen(function* () {
      const home = givenAway(directory(folder(), "home", 0o755))
      assert.match(
        yield* failure(join(home, ".cache", "tokens")),
        /would be in the folder .*home, .*belongs to another user/
      )
      assert.deepStrictEqual(readdirSync(home), [])
    })
  )

  it.effect.skipIf(!isRoot)("makes nothing in a folder that another user was faster to make", () =>
    Effect.gen(function* () {
      const sticky = directory(folder(), "sticky", 0o1777)
      const theirs = join(sticky, "a")
      const raced = Layer.effect(
        FileSystem.FileSystem,
        FileSystem.FileSystem.use((fs) =>
          Effect.succeed({
            ...fs,
            makeDirectory: (...args: Parameters<typeof fs.makeDirectory>) =>
              Effect.suspend(() => {
                if (args[0] === theirs) {
                  mkdirSync(theirs)
                  chownSync(theirs, 65_534, 65_534)
                }
                return fs.makeDirectory(...args)
              })
          })
        )
      ).pipe(Layer.provideMerge(NodeServices.layer))
      const error = yield* Effect.flip(Effect.provide(OwnDirectory.ensure(join(theirs, "b")), raced))
      assert.match(error.message, /belongs to another user/)
      assert.deepStrictEqual(readdirSync(theirs), [])
    })
  )

  it.effect("tells whether what is made in a folder stays there", () =>
    Effect.gen(function* () {
      const around = (path: string) => run(OwnDirectory.checkAround(path))
      const why = (path: string) => Effect.map(Effect.flip(around(path)), ({ message }) => message)
      yield* around(join(folder(), "new"))
      yield* around(join(directory(folder(), "sticky", 0o1777), "new"))
      const open = directory(folder(), "open", 0o777)
      assert.match(yield* why(join(open, "new")), /can be changed by other users.*: chmod go-w \S+open$/)
      assert.match(
        yield* why(join(directory(open, "mine"), "new")),
        /can be changed by other users.*: chmod go-w \S+open$/
      )
      assert.match(yield* why(join(folder(), "none", "new")), /does not exist$/)
      assert.match(yield* why(join(file(folder(), "a", ""), "new")), /is to be in .*a, which is no folder$/)
    })
  )

  describe("for what a person keeps where he likes", () => {
    const ensure = (path: string, mode = 0o700) => OwnDirectory.ensure(path, { shared: true, mode })

    /** What is in that folder is on another disk than what is around it. */
    const mounted = (at: string, more: (fs: FileSystem.FileSystem) => Partial<FileSystem.FileSystem> = () => ({})) =>
      Layer.effect(
        FileSystem.FileSystem,
        FileSystem.FileSystem.use((fs) =>
          Effect.succeed({
            ...fs,
            lstat: (path: string) =>
              Effect.map(fs.lstat(path), (info) => (path.startsWith(at) ? { ...info, dev: info.dev + 1n } : info)),
            ...more(fs)
          })
        )
      ).pipe(Layer.provideMerge(NodeServices.layer))

    const warnings = Effect.fnUntraced(function* <E>(effect: Effect.Effect<void, E>) {
      const said: Array<string> = []
      const logger = Logger.make(({ message }) => void said.push(String(message)))
      yield* Effect.provide(effect, Logger.layer([logger]))
      return said
    })

    it.effect("takes one like /tmp, and makes what is missing with that mode", () =>
      Effect.gen(function* () {
        const sticky = directory(folder(), "sticky", 0o1777)
        yield* run(ensure(sticky))
        yield* run(ensure(join(sticky, "a", "b"), 0o750))
        for (const path of [join(sticky, "a"), join(sticky, "a", "b")]) {
          assert.strictEqual(statSync(path).mode & 0o777, 0o750)
        }
        const open = directory(folder(), "open", 0o777)
        const message = (path: string) => Effect.map(Effect.flip(run(ensure(path))), (error) => error.message)
        assert.match(
          yield* message(open),
          /open can be changed by other users\. Check it, then close it to them: chmod go-w/
        )
        assert.match(yield* message(join(open, "a")), /would be in the folder|is in the folder/)
        assert.deepStrictEqual(readdirSync(open), [])
      })
    )

    // So do Docker and Kubernetes mount volumes, and a container's user cannot change their mode.
    for (const mode of [0o777, 0o2777]) {
      it.effect(`goes on below a volume with mode 0${mode.toString(8)}, with one warning, but not in it itself`, () =>
        Effect.gen(function* () {
          const volume = directory(folder(), "volume", mode)
          const on = Effect.provide(mounted(volume))
          const said = yield* warnings(on(Effect.andThen(ensure(join(volume, "a", "b")), ensure(join(volume, "c")))))
          assert.lengthOf(said, 1)
          assert.match(said[0]!, /other users of .*volume could put another folder.*: chmod \+t \S+volume$/)
          const error = yield* Effect.flip(on(ensure(volume)))
          assert.match(error.message, /Name a folder in it, or check it and close it to them: chmod go-w \S+volume$/)
          // What decides, such as a token, is not kept there.
          const strict = yield* Effect.flip(on(OwnDirectory.ensure(join(volume, "d"))))
          assert.match(strict.message, /can be changed by other users/)
        })
      )
    }

    it.effect("does not open a folder to others where somebody could have put another one", () =>
      Effect.acquireUseRelease(
        Effect.sync(() => process.umask(0o077)),
        () =>
          Effect.gen(function* () {
            const volume = directory(folder(), "volume", 0o777)
            const [path, precious] = [join(volume, "a"), directory(volume, "precious")]
            const swapped = mounted(volume, (fs) => ({
              makeDirectory: (at, options) =>
                Effect.map(fs.makeDirectory(at, options), () => {
                  rmdirSync(path)
                  renameSync(precious, path)
                })
            }))
            const error = yield* Effect.flip(Effect.provide(ensure(path, 0o755), swapped))
            assert.match(error.message, /Do it yourself: chmod 0755 /)
            assert.strictEqual(statSync(path).mode & 0o777, 0o700)
            // In a folder like /tmp nobody could.
            yield* run(ensure(join(directory(folder(), "sticky", 0o1777), "a"), 0o755))
          }),
        (before) => Effect.sync(() => process.umask(before))
      )
    )
  })
})
