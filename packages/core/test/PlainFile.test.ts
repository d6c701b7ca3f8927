/** Somebody who is faster: what was looked at is another thing by the time that it is opened, made or closed to others. */
import { assert, describe, it } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as PlainFile from "../src/PlainFile.ts"
import { UntrustedFile } from "../src/UntrustedFile.ts"

const secret = "precious\n"

const place = () => {
  const directory = Fs.mkdtempSync(join(tmpdir(), "core-"))
  const victim = join(directory, "victim")
  Fs.writeFileSync(victim, secret)
  Fs.chmodSync(victim, 0o600)
  return { directory, victim, path: join(directory, "file") }
}

/** A disk on which that happens once, right after the first look at a path or the making of something there. */
const onDisk = (
  happens: () => void,
  follows: boolean,
  use: (fs: FileSystem.FileSystem) => Effect.Effect<void, unknown>
) =>
  FileSystem.FileSystem.use((real) => {
    let done = false
    const once = Effect.sync(() => {
      if (!done) happens()
      done = true
    })
    return use({
      ...real,
      lstat: (path) => Effect.tap(real.lstat(path), once),
      // As on a system that cannot refuse to follow.
      open: (path, options) =>
        Effect.tap(real.open(path, follows ? { ...options, noFollow: false } : options), () =>
          options?.flag === "ax" ? once : Effect.void
        )
    })
  }).pipe(Effect.provide(NodeServices.layer))

for (const follows of [false, true]) {
  describe(`where a link ${follows ? "is followed" : "can be refused"}`, () => {
    for (const [verb, plant] of [
      ["a symbolic link", Fs.symlinkSync],
      ["another file", (_: string, path: string) => Fs.writeFileSync(path, "forged\n")]
    ] as const) {
      it.live(`a file that became ${verb} while it was opened is neither read nor written`, () =>
        Effect.gen(function* () {
          for (const use of [
            (fs: FileSystem.FileSystem, path: string) =>
              Effect.scoped(
                Effect.flatMap(PlainFile.reopen(fs, path, 0o644), (file) => file.writeAll(new Uint8Array([1])))
              ),
            (fs: FileSystem.FileSystem, path: string) =>
              Effect.asVoid(PlainFile.readText(fs, path, PlainFile.noteBytes))
          ]) {
            const { path, victim } = place()
            Fs.writeFileSync(path, "ours\n")
            const swap = () => {
              Fs.renameSync(path, `${path}.aside`)
              plant(victim, path)
            }
            const error = yield* Effect.flip(onDisk(swap, follows, (fs) => use(fs, path)))
            assert.instanceOf(error, UntrustedFile)
            assert.strictEqual(Fs.readFileSync(victim, "utf8"), secret)
            assert.strictEqual(Fs.statSync(victim).mode & 0o777, 0o600)
          }
        })
      )
    }
  })
}

describe("a mode", () => {
  it.live("is given to the file that was made, not to what a link in its place points to", () =>
    Effect.acquireUseRelease(
      Effect.sync(() => process.umask(0o077)),
      () =>
        Effect.gen(function* () {
          const { path, victim } = place()
          const swap = () => {
            Fs.renameSync(path, `${path}.aside`)
            Fs.symlinkSync(victim, path)
          }
          yield* Effect.flip(onDisk(swap, false, (fs) => PlainFile.writeText(fs, path, "rows", 0o644)))
          assert.deepStrictEqual([Fs.statSync(victim).mode & 0o777, Fs.readFileSync(victim, "utf8")], [0o600, secret])
          assert.strictEqual(Fs.readFileSync(`${path}.aside`, "utf8"), "")
        }),
      (before) => Effect.sync(() => process.umask(before))
    )
  )
})
