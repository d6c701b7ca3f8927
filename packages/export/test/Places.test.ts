/**
 * What an NDJSON sink does where somebody else was first: with links, with names that are taken, in folders that others can write. `PROVE=1`:
 * with lines that are too long in each form; else in one that is packed.
 */
import { assert, describe, it } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import { execFileSync } from "node:child_process"
import * as Fs from "node:fs"
import { join } from "node:path"
import { gzipSync, zstdCompressSync } from "node:zlib"
import { asRoot, modeOf, nobody, place, test, written } from "./Copies.ts"
import * as Files from "./Files.ts"

const isProof = process.env["PROVE"] !== undefined

describe("what is larger than this program writes", () => {
  const sparse = (file: string) => {
    Fs.appendFileSync(file, "")
    Fs.truncateSync(file, 800 * 1024 * 1024)
  }
  const refused = Effect.fnUntraced(function* (plant: (directory: string) => void) {
    const { directory } = yield* place
    yield* written(directory)
    plant(directory)
    return yield* Effect.flip(written(directory, "b"))
  })

  test(
    "is no checkpoint",
    Effect.gen(function* () {
      const error = yield* refused((directory) => sparse(join(directory, "checkpoint.json")))
      assert.strictEqual(error._tag, "CheckpointError")
      assert.match(error.message, /checkpoint\.json is damaged, .*or remove it/)
    })
  )

  test(
    "is no lock",
    Effect.gen(function* () {
      const error = yield* refused((directory) => sparse(join(directory, "exporter.lock")))
      assert.strictEqual(error._tag, "SinkError")
      assert.match(error.message, /exporter\.lock is larger than 64 KiB, .*remove it: rm \S+$/)
    })
  )

  for (const [end, of] of [
    ["", (bytes: Buffer) => bytes],
    [".gz", (bytes: Buffer) => gzipSync(bytes, { level: 1 })],
    [".zst", (bytes: Buffer) => zstdCompressSync(bytes)]
  ] as const) {
    test(
      `is no line of a file .ndjson${end}`,
      Effect.gen(function* () {
        const error = yield* refused((directory) => {
          const file = join(directory, "conversations", "2026-11-01.ndjson")
          if (end === "") return sparse(file)
          const line = Fs.readFileSync(file, "utf8")
          Fs.unlinkSync(file)
          // A row but for its size.
          const row = line.replaceAll('"a"', '"b"').replace(/\}\n$/, `,"more":"`)
          const bytes = [Buffer.from(line + row), Buffer.alloc(65 * 1024 * 1024, " "), Buffer.from(`"}\n`)]
          Fs.writeFileSync(`${file}${end}`, of(Buffer.concat(bytes)))
        })
        assert.strictEqual(error._tag, "SinkError")
        assert.match(error.message, /^Line 2 of \S+2026-11-01\.ndjson\S* is damaged\. Move the file away/)
      }),
      end !== ".zst" && !isProof
    )
  }
})

describe("a link", () => {
  const secret = "precious\n"

  /** Puts a link there, to a file with a secret or a folder, and answers what tells whether it was touched. */
  const planted = (path: string, target: string) => {
    const folder = Fs.existsSync(target)
    if (!folder) Fs.writeFileSync(target, secret, { mode: 0o644 })
    Fs.utimesSync(target, 1, 1)
    Fs.symlinkSync(target, path)
    return () => {
      const { mode, mtimeMs } = Fs.statSync(target)
      assert.deepStrictEqual([mode & 0o777, mtimeMs], [folder ? 0o755 : 0o644, 1000])
      if (folder) assert.deepStrictEqual(Fs.readdirSync(target), [])
      else assert.strictEqual(Fs.readFileSync(target, "utf8"), secret)
    }
  }

  const refused: ReadonlyArray<readonly [name: string, toFolder: boolean]> = [
    ["conversations", true],
    ["users", true],
    ["exporter.lock", false],
    ["checkpoint.json", false],
    ["conversations/2026-11-01.ndjson", false],
    ["conversations/2026-11-01.ndjson.gz", false]
  ]
  for (const [name, toFolder] of refused) {
    test(
      `at ${name} is refused, and what it points to is left alone`,
      Effect.gen(function* () {
        const { directory, elsewhere } = yield* place
        Fs.mkdirSync(join(directory, "conversations"), { recursive: true })
        const path = join(directory, name)
        Fs.rmSync(path, { recursive: true, force: true })
        const check = planted(path, toFolder ? elsewhere : join(elsewhere, "..", "target"))
        const error = yield* Effect.flip(written(directory))
        assert.strictEqual(error._tag, "SinkError")
        assert.strictEqual(
          error.message,
          `${path} is a symbolic link, which is never followed. Look at where it points, and remove it: rm ${path}`
        )
        check()
        // As the message says.
        execFileSync("sh", ["-c", error.message.slice(error.message.indexOf("rm "))])
        yield* written(directory)
        check()
        assert.strictEqual(Files.rows(directory, Files.conversations).size, 1)
      })
    )
  }

  const replaced = [".work", "checkpoint.previous.json"]
  for (const name of replaced) {
    test(
      `at ${name} is replaced, and what it points to is left alone`,
      Effect.gen(function* () {
        const { directory, elsewhere } = yield* place
        Fs.mkdirSync(directory)
        const check = planted(join(directory, name), name === ".work" ? elsewhere : join(elsewhere, "..", "target"))
        yield* written(directory)
        yield* written(directory, "b")
        check()
        assert.isFalse(Fs.lstatSync(join(directory, name)).isSymbolicLink())
      })
    )
  }

  test(
    "that is the directory itself is refused, and nothing behind it is touched",
    Effect.gen(function* () {
      const { directory, elsewhere } = yield* place
      Fs.mkdirSync(join(elsewhere, ".work"))
      Fs.symlinkSync(elsewhere, directory)
      assert.match((yield* Effect.flip(written(directory))).message, /is a symbolic link, which is never followed/)
      assert.deepStrictEqual(Fs.readdirSync(elsewhere), [".work"])
    })
  )

  test(
    "is not all that a lock could lead elsewhere by: its id is no path",
    Effect.gen(function* () {
      const { directory, parent } = yield* place
      Fs.mkdirSync(join(directory, "exporter.lock."), { recursive: true })
      Fs.writeFileSync(join(parent, "victim"), "precious")
      const forged = { pid: 1, host: "elsewhere", id: "/../../victim" }
      Fs.writeFileSync(join(directory, "exporter.lock"), JSON.stringify(forged))
      yield* written(directory)
      assert.strictEqual(Fs.readFileSync(join(parent, "victim"), "utf8"), "precious")
    })
  )

  test(
    "to nowhere, at the lock, is not made by writing to it",
    Effect.gen(function* () {
      const { directory, elsewhere } = yield* place
      Fs.mkdirSync(directory)
      Fs.symlinkSync(join(elsewhere, "made"), join(directory, "exporter.lock"))
      yield* Effect.flip(written(directory))
      assert.deepStrictEqual(Fs.readdirSync(elsewhere), [])
    })
  )
})

describe("a folder", () => {
  for (const name of [".", "conversations"]) {
    test(
      `that others can write (${name}) is refused with the line that mends it, and is not mended by itself`,
      Effect.gen(function* () {
        const { directory } = yield* place
        const path = join(directory, name)
        Fs.mkdirSync(path, { recursive: true })
        Fs.chmodSync(path, 0o777)
        const error = yield* Effect.flip(written(directory))
        assert.match(error.message, /can be changed by other users.*: chmod go-w [^ ]+$/)
        assert.strictEqual(modeOf(path), "0777")
        assert.isFalse(Fs.existsSync(join(directory, "exporter.lock")) && name === ".")
        execFileSync("sh", ["-c", /chmod go-w .+/.exec(error.message)![0]])
        yield* written(directory)
        assert.strictEqual(modeOf(path), "0755")
      })
    )
  }

  test(
    "below one that others can write is refused with the line that mends it, and one that is like /tmp may be used",
    Effect.gen(function* () {
      const { directory } = yield* place
      Fs.mkdirSync(join(directory, "mine"), { recursive: true })
      Fs.chmodSync(directory, 0o777)
      for (const name of ["mine", "new/deep"]) {
        const error = yield* Effect.flip(written(join(directory, name)))
        assert.match(
          error.message,
          /in the folder [^ ]+copy, .* can be changed by other users\..*: chmod go-w [^ ]+copy$/
        )
        assert.deepStrictEqual(Fs.readdirSync(directory, { recursive: true }), ["mine"])
      }
      Fs.chmodSync(directory, 0o1777)
      yield* written(join(directory, "mine"))
      yield* written(join(directory, "new", "deep"))
      yield* written(directory)
    })
  )

  it.live.skipIf(!asRoot)("of this user below one of another user is refused", () =>
    Effect.gen(function* () {
      const { directory } = yield* place
      const mine = join(directory, "mine")
      Fs.mkdirSync(mine, { recursive: true })
      Fs.chownSync(directory, nobody, nobody)
      const error = yield* Effect.flip(written(mine))
      assert.match(error.message, /in the folder [^ ]+copy, .* belongs to another user \(uid 65534\)/)
      assert.deepStrictEqual(Fs.readdirSync(mine), [])
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  test(
    "that cannot be written is told from one that is not there",
    Effect.gen(function* () {
      const { directory } = yield* place
      Fs.mkdirSync(directory)
      Fs.writeFileSync(join(directory, "file"), "")
      const error = yield* Effect.flip(written(join(directory, "file", "copy")))
      assert.match(error.message, /could not be read: a folder on the way to it is a file \(ENOTDIR, [^ ]+\)/)
      if (asRoot) return
      Fs.chmodSync(directory, 0o500)
      const closed = yield* Effect.flip(written(directory))
      Fs.chmodSync(directory, 0o700)
      assert.match(closed.message, /this user may not: look at the owner and the mode of the folder \(EACCES, [^ ]+\)/)
    })
  )

  it.live.skipIf(!asRoot)("or a file of another user is refused, whatever its mode", () =>
    Effect.gen(function* () {
      const { directory } = yield* place
      Fs.mkdirSync(directory)
      Fs.chownSync(directory, nobody, nobody)
      const foreign = yield* Effect.flip(written(directory))
      assert.match(foreign.message, /belongs to another user \(uid 65534\).*chown "\$\(id -un\)" [^ ]+copy$/)
      Fs.chownSync(directory, 0, 0)
      yield* written(directory)
      for (const name of ["conversations", "conversations/2026-11-01.ndjson", "checkpoint.json"]) {
        Fs.chownSync(join(directory, name), nobody, nobody)
        const error = yield* Effect.flip(written(directory, "b"))
        assert.include(error.message, `${join(directory, name)} belongs to another user (uid 65534)`)
        Fs.chownSync(join(directory, name), 0, 0)
      }
      yield* written(directory, "b")
    }).pipe(Effect.provide(NodeServices.layer))
  )
})
