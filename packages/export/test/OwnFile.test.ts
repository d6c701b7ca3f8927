/** Somebody who is faster: what was looked at is another thing by the time that it is opened, made or closed to others. */
import { assert, describe, it } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Access } from "../src/Access.ts"
import * as OwnDirectory from "../src/OwnDirectory.ts"
import * as OwnFile from "../src/OwnFile.ts"

const secret = "precious\n"

const place = () => {
  const directory = Fs.mkdtempSync(join(tmpdir(), "genesys-own-"))
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
      makeDirectory: (path, options) => Effect.tap(real.makeDirectory(path, options), once),
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
                Effect.flatMap(OwnFile.reopen(fs, path, "everyone"), (file) => file.writeAll(new Uint8Array([1])))
              ),
            (fs: FileSystem.FileSystem, path: string) => Effect.asVoid(OwnFile.readText(fs, path))
          ]) {
            const { path, victim } = place()
            Fs.writeFileSync(path, "ours\n")
            const swap = () => {
              Fs.renameSync(path, `${path}.aside`)
              plant(victim, path)
            }
            const error = yield* Effect.flip(onDisk(swap, follows, (fs) => use(fs, path)))
            assert.instanceOf(error, OwnFile.NotOwnError)
            assert.strictEqual(Fs.readFileSync(victim, "utf8"), secret)
            assert.strictEqual(Fs.statSync(victim).mode & 0o777, 0o600)
          }
        })
      )
    }
  })
}

describe("a mode", () => {
  const access: Access = "everyone"
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
          yield* Effect.flip(onDisk(swap, false, (fs) => OwnFile.writeText(fs, path, "rows", access)))
          assert.deepStrictEqual([Fs.statSync(victim).mode & 0o777, Fs.readFileSync(victim, "utf8")], [0o600, secret])
          assert.strictEqual(Fs.readFileSync(`${path}.aside`, "utf8"), "")
        }),
      (before) => Effect.sync(() => process.umask(before))
    )
  )

  it.live("is not given to a folder where somebody could have put another one", () =>
    Effect.acquireUseRelease(
      Effect.sync(() => process.umask(0o077)),
      () =>
        Effect.gen(function* () {
          const { directory, path } = place()
          const precious = join(directory, "precious")
          Fs.mkdirSync(precious, { mode: 0o700 })
          Fs.chmodSync(directory, 0o777)
          const swap = () => {
            Fs.rmdirSync(path)
            Fs.renameSync(precious, path)
          }
          const made = (happens: () => void) => onDisk(happens, false, (fs) => OwnDirectory.ensure(fs, path, access))
          const error = yield* Effect.flip(made(swap))
          assert.match(String(error), /Do it yourself: chmod 0755 /)
          assert.strictEqual(Fs.statSync(path).mode & 0o777, 0o700)
          Fs.rmdirSync(path)
          // In a folder like /tmp nobody could.
          Fs.chmodSync(directory, 0o1777)
          yield* made(() => undefined)
          assert.strictEqual(Fs.statSync(path).mode & 0o777, 0o755)
        }),
      (before) => Effect.sync(() => process.umask(before))
    )
  )
})
