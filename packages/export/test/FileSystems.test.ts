/** What an NDJSON sink does on file systems that lack something: links, permissions, room, or the right to write. */
import { assert, describe, it } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as PlatformError from "effect/PlatformError"
import { execFileSync, spawnSync } from "node:child_process"
import * as Fs from "node:fs"
import { join } from "node:path"
import type { Access } from "../src/Access.ts"
import * as NdjsonSink from "../src/NdjsonSink.ts"
import { asRoot, modeOf, place, test, write, written } from "./Copies.ts"
import * as Files from "./Files.ts"

describe("a file system", () => {
  test(
    "without hard links: the checkpoint before the last one is kept as a copy",
    Effect.gen(function* () {
      const { directory } = yield* place
      const without = Layer.effect(
        FileSystem.FileSystem,
        FileSystem.FileSystem.use((fs) =>
          Effect.succeed({
            ...fs,
            link: (_: string, path: string) =>
              Effect.fail(
                PlatformError.systemError({
                  _tag: "PermissionDenied",
                  module: "FileSystem",
                  method: "link",
                  pathOrDescriptor: path
                })
              )
          })
        )
      ).pipe(Layer.provideMerge(NodeServices.layer))
      const sink = Layer.provide(NdjsonSink.layer({ directory }), without)
      const before = yield* Effect.provide(
        Effect.gen(function* () {
          yield* write("a")
          const text = Fs.readFileSync(join(directory, "checkpoint.json"), "utf8")
          yield* write("b")
          return text
        }),
        sink
      )
      assert.strictEqual(Fs.readFileSync(join(directory, "checkpoint.previous.json"), "utf8"), before)
      assert.strictEqual(modeOf(join(directory, "checkpoint.previous.json")), "0600")
    })
  )

  test(
    "that keeps no permissions is refused, unless everyone may read",
    Effect.gen(function* () {
      const { directory } = yield* place
      const open755 = <A extends { readonly mode: number }>(info: A): A => ({ ...info, mode: info.mode | 0o755 })
      const fat = Layer.effect(
        FileSystem.FileSystem,
        FileSystem.FileSystem.use((fs) =>
          Effect.succeed({
            ...fs,
            lstat: (path: string) => Effect.map(fs.lstat(path), open755),
            open: (...args: Parameters<typeof fs.open>) =>
              Effect.map(
                fs.open(...args),
                (file) =>
                  new Proxy(file, {
                    get: (_, name) => (name === "stat" ? Effect.map(file.stat, open755) : Reflect.get(file, name))
                  })
              )
          })
        )
      ).pipe(Layer.provideMerge(NodeServices.layer))
      const on = (access: Access) =>
        Effect.provide(write("a"), Layer.provide(NdjsonSink.layer({ directory, access }), fat))
      const error = yield* Effect.flip(on("owner"))
      assert.match(error.message, /cannot be closed to others: its file system keeps no permissions.*access everyone/)
      yield* on("everyone")
    })
  )

  const mounted = (parent: string, options: string) =>
    Effect.acquireRelease(
      Effect.sync(() => spawnSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", parent]).status === 0),
      (done) => Effect.sync(() => done && spawnSync("umount", ["-l", parent]))
    )

  it.live.skipIf(!asRoot)(
    "that is full, and then read-only: what is there stays, and it goes on once that is mended",
    () =>
      Effect.gen(function* () {
        const { elsewhere } = yield* place
        // A container may not be allowed to.
        if (!(yield* mounted(elsewhere, "size=256k,mode=0700"))) return
        const directory = join(elsewhere, "copy")
        yield* written(directory)
        const before = Fs.readFileSync(join(directory, "checkpoint.json"), "utf8")

        const filler = join(elsewhere, "filler")
        assert.throws(() => Fs.writeFileSync(filler, "x".repeat(400_000)), /ENOSPC/)
        const full = yield* Effect.flip(written(directory, "b"))
        assert.match(full.message, /^There is no room left on the disk of .*\/copy\. Make some: .* nothing is lost\.$/)
        assert.strictEqual(Fs.readFileSync(join(directory, "checkpoint.json"), "utf8"), before)
        assert.isFalse(Fs.existsSync(join(directory, "exporter.lock")))

        Fs.rmSync(filler)
        yield* written(directory, "b")

        execFileSync("mount", ["-o", "remount,ro", elsewhere])
        const closed = yield* Effect.flip(written(directory, "c"))
        assert.match(closed.message, /cannot be read or written: the disk is mounted read-only \(EROFS, [^ ]+\)/)
        execFileSync("mount", ["-o", "remount,rw", elsewhere])
        yield* written(directory, "c")
        assert.strictEqual(Files.rows(directory, Files.conversations).size, 3)
      }).pipe(Effect.provide(NodeServices.layer))
  )
})
