/**
 * What an NDJSON sink does where somebody else was first: with links, with names that are taken, in folders that others can write.
 * And who can read what it makes.
 */
import { assert, describe, it } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as PlatformError from "effect/PlatformError"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Fs from "node:fs"
import { join } from "node:path"
import { execFileSync, spawnSync } from "node:child_process"
import { gzipSync, zstdCompressSync } from "node:zlib"
import type { Access } from "../src/Access.ts"
import * as NdjsonSink from "../src/NdjsonSink.ts"
import * as Kinds from "../src/Kinds.ts"
import * as Partition from "../src/Partition.ts"
import { Sink } from "../src/Sink.ts"
import * as Files from "./Files.ts"

const asRoot = process.getuid?.() === 0
const nobody = 65_534

const write = (key: string) =>
  Sink.use((sink) =>
    sink.write({
      partition: Partition.ofDay(Kinds.conversations.layout, "2026-11-01"),
      rows: Stream.make({ key, asOf: 0, value: { conversationId: key, conversationStart: "2026-11-01T10:00:00Z" } }),
      entry: Effect.succeed({ source: "job", asOf: 0, rows: 1, running: 0 })
    })
  )

const open = (directory: string, access?: Access) =>
  Layer.provide(NdjsonSink.layer({ directory, access }), NodeServices.layer)

const written = (directory: string, key = "a", access?: Access) =>
  Effect.provide(write(key), Layer.fresh(open(directory, access)))

/** A folder that nobody was in yet, with a folder beside it. */
const place = Effect.map(Files.temporary, (parent) => {
  const elsewhere = join(parent, "elsewhere")
  Fs.mkdirSync(elsewhere)
  return { directory: join(parent, "copy"), elsewhere, parent }
})

const test = (name: string, body: Effect.Effect<void, unknown, FileSystem.FileSystem | Scope.Scope>) =>
  it.live(name, () => Effect.scoped(Effect.provide(body, NodeServices.layer)))

/** Runs with that umask, which is the process's. */
const under = <A, E, R>(umask: number, effect: Effect.Effect<A, E, R>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => process.umask(umask)),
    () => effect,
    (before) => Effect.sync(() => process.umask(before))
  )

const modeOf = (path: string) => `0${(Fs.lstatSync(path).mode & 0o7777).toString(8)}`

const modes = (directory: string) =>
  Object.fromEntries(
    ["", ...Fs.readdirSync(directory, { recursive: true, encoding: "utf8" })]
      .toSorted()
      .map((name) => [name, modeOf(join(directory, name))])
  )

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
      })
    )
  }
})

describe("who can read what is written", () => {
  /** Each name of the folder while the sink is open, after two writes: there is a checkpoint before the last one then. */
  const made = (directory: string, access?: Access) =>
    Effect.andThen(
      Effect.andThen(write("a"), write("b")),
      Effect.sync(() => modes(directory))
    ).pipe(Effect.provide(open(directory, access)))

  for (const umask of [0, 0o022, 0o077]) {
    test(
      `nobody else, with a umask of 0${umask.toString(8)}`,
      Effect.gen(function* () {
        const { directory, parent } = yield* place
        const found = yield* under(umask, made(join(directory, "deep")))
        assert.deepStrictEqual(found, {
          "": "0700",
          ".work": "0700",
          "checkpoint.json": "0600",
          "checkpoint.previous.json": "0600",
          conversations: "0700",
          "conversations/2026-11-01.ndjson": "0600",
          "exporter.lock": "0600",
          users: "0700"
        })
        // The folder above was made, too.
        assert.strictEqual(modeOf(join(parent, "copy")), "0700")
      })
    )
    for (const [access, file, folder] of [
      ["group", "0640", "0750"],
      ["everyone", "0644", "0755"]
    ] as const) {
      test(
        `${access}, if it is said, with a umask of 0${umask.toString(8)}`,
        Effect.gen(function* () {
          const { directory } = yield* place
          assert.deepStrictEqual(yield* under(umask, made(directory, access)), {
            "": folder,
            ".work": folder,
            "checkpoint.json": file,
            "checkpoint.previous.json": file,
            conversations: folder,
            "conversations/2026-11-01.ndjson": file,
            "exporter.lock": file,
            users: folder
          })
        })
      )
    }
  }

  for (const [before, after] of [
    ["owner", "group"],
    ["owner", "everyone"],
    ["everyone", "owner"],
    ["group", "owner"]
  ] as const) {
    test(
      `is the same for all of an export: ${after} after ${before} is refused with the line that changes what is there`,
      Effect.gen(function* () {
        const { parent } = yield* place
        const directory = join(parent, "it's a copy")
        yield* written(directory, "a", before)
        const was = modes(directory)
        const error = yield* Effect.flip(written(directory, "b", after))
        assert.include(error.message, `were made with access ${before}, and new ones would have access ${after}.`)
        assert.deepStrictEqual(modes(directory), was)
        yield* written(directory, "b", before)
        execFileSync("sh", ["-c", error.message.slice(error.message.indexOf("chmod -R"))])
        yield* written(directory, "c", after)
        const other = join(parent, "other")
        yield* written(other, "a", after)
        yield* written(other, "b", after)
        assert.deepStrictEqual(modes(directory), modes(other))
      })
    )
  }

  test(
    "a folder that was there keeps its mode, and gives its group to what is made in it",
    Effect.gen(function* () {
      const { directory } = yield* place
      Fs.mkdirSync(directory)
      Fs.chmodSync(directory, 0o2751)
      const found = yield* made(directory, "group")
      assert.deepInclude(found, { "": "02751", conversations: "02750", "conversations/2026-11-01.ndjson": "0640" })
    })
  )
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
