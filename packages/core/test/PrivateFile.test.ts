/** Files that only this user may read: whole or not at all, and never through a link. */
import { assert, describe, it } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as PlatformError from "effect/PlatformError"
import { readdirSync, readFileSync, statSync, symlinkSync } from "node:fs"
import { dirname, join } from "node:path"
import * as PrivateFile from "../src/PrivateFile.ts"
import { file, folder, run } from "./support.ts"

const failing = (method: "link" | "rename", code: string) =>
  Layer.effect(
    FileSystem.FileSystem,
    FileSystem.FileSystem.use((fs) =>
      Effect.succeed({
        ...fs,
        [method]: (from: string) =>
          Effect.fail(
            PlatformError.systemError({
              _tag: code === "EEXIST" ? "AlreadyExists" : "Unknown",
              module: "FileSystem",
              method,
              pathOrDescriptor: from,
              cause: Object.assign(new Error(code), { code })
            })
          )
      })
    )
  ).pipe(Layer.provideMerge(NodeServices.layer))

const alone = (path: string) => assert.lengthOf(readdirSync(dirname(path)), 1)

describe("PrivateFile", () => {
  it.effect("is written with mode 0600, and replaces a link instead of following it", () =>
    Effect.gen(function* () {
      const victim = file(folder(), "victim", "untouched", 0o644)
      const path = join(folder(), "a")
      symlinkSync(victim, path)
      yield* run(PrivateFile.write(path, "new"))
      assert.strictEqual(readFileSync(path, "utf8"), "new")
      assert.strictEqual(statSync(path).mode & 0o777, 0o600)
      assert.strictEqual(readFileSync(victim, "utf8"), "untouched")
      assert.strictEqual(statSync(victim).mode & 0o777, 0o644)
      alone(path)
    })
  )

  it.effect("stays as it was if it cannot be put in its place, or is not wanted any more", () =>
    Effect.gen(function* () {
      const path = file(folder(), "a", "old")
      yield* Effect.flip(Effect.provide(PrivateFile.write(path, "new"), failing("rename", "EIO")))
      yield* run(PrivateFile.write(path, "new", Effect.succeed(false)))
      assert.strictEqual(readFileSync(path, "utf8"), "old")
      alone(path)
    })
  )

  for (const code of ["none", "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EXDEV"]) {
    it.effect(`is created once only (hard links fail with: ${code})`, () =>
      Effect.gen(function* () {
        const path = join(folder(), "a")
        const layer = code === "none" ? NodeServices.layer : failing("link", code)
        const create = (text: string) => Effect.provide(PrivateFile.create(path, text), layer)
        assert.isTrue(yield* create("first"))
        assert.isFalse(yield* create("second"))
        assert.strictEqual(readFileSync(path, "utf8"), "first")
        assert.strictEqual(statSync(path).mode & 0o777, 0o600)
        alone(path)
      })
    )
  }

  it.effect("is not created behind a link that leads nowhere", () =>
    Effect.gen(function* () {
      const elsewhere = join(folder(), "victim")
      const path = join(folder(), "a")
      symlinkSync(elsewhere, path)
      assert.isFalse(yield* run(PrivateFile.create(path, "text")))
      assert.isFalse(yield* Effect.provide(PrivateFile.create(path, "text"), failing("link", "EPERM")))
      assert.deepStrictEqual(readdirSync(dirname(elsewhere)), [])
    })
  )
})
