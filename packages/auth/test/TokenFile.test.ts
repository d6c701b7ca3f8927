/** What only files can have go wrong: damage, links, locks, full disks. */
import { assert, describe, it } from "@effect/vitest"
import * as ProcessLock from "@effect-genesys/core/ProcessLock"
import { NodeCrypto, NodeServices } from "@effect/platform-node"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as PlatformError from "effect/PlatformError"
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import { join } from "node:path"
import { entry, owner, put, read } from "../src/testing/TokenStoreSuite.ts"
import { TokenStore } from "../src/TokenStore.ts"
import * as Host from "./LoginHost.ts"
import { layerFile, newDirectory } from "./Stored.ts"

describe("TokenStore.layerFile", () => {
  const filesIn = (directory: string) => fs.readdirSync(directory).map((name) => join(directory, name))
  const tokenFile = (directory: string) => filesIn(directory).find((file) => file.endsWith(".token"))!

  it.live("writes encrypted files of mode 0600 in a directory of mode 0700, and leaves nothing else", () => {
    const directory = newDirectory()
    return Effect.gen(function* () {
      yield* put({ ...owner(), grant: Host.grant() }, "canary-token")
      assert.strictEqual(fs.statSync(directory).mode & 0o777, 0o700)
      const files = filesIn(directory)
      assert.strictEqual(files.length, 1)
      assert.strictEqual(fs.statSync(files[0]!).mode & 0o777, 0o600)
      const text = fs.readFileSync(files[0]!, "latin1") + files[0]!
      for (const hidden of ["canary-token", Host.secret, Host.clientId]) assert.notInclude(text, hidden)
    }).pipe(Effect.provide(layerFile(directory)))
  })

  it.live("leaves the rights of a directory that was there as they are, and its own files closed", () => {
    const directory = newDirectory()
    fs.mkdirSync(directory, { mode: 0o755 })
    return Effect.gen(function* () {
      yield* put(owner(), "one")
      assert.strictEqual(yield* read(owner()), "one")
      assert.strictEqual(fs.statSync(directory).mode & 0o777, 0o755)
      for (const file of filesIn(directory)) assert.strictEqual(fs.statSync(file).mode & 0o777, 0o600)
    }).pipe(Effect.provide(layerFile(directory)))
  })

  const elsewhere = newDirectory()
  const strangers: ReadonlyArray<readonly [string, (directory: string) => void]> = [
    [
      "that others may write to",
      (directory) => {
        fs.mkdirSync(directory)
        fs.chmodSync(directory, 0o777)
      }
    ],
    [
      "that is a link",
      (directory) => {
        fs.mkdirSync(elsewhere)
        fs.chmodSync(elsewhere, 0o755)
        fs.symlinkSync(elsewhere, directory)
      }
    ]
  ]
  for (const [name, prepare] of strangers) {
    it.live(`puts nothing into a directory ${name}, changes no rights, and goes on without a store`, () => {
      const directory = newDirectory()
      prepare(directory)
      const { mode } = fs.statSync(directory)
      const warnings: Array<string> = []
      const logger = Logger.make(({ message }) => void warnings.push(String(message)))
      return Effect.gen(function* () {
        yield* put(owner(), "one")
        assert.isUndefined(yield* read(owner()))
        assert.deepStrictEqual(filesIn(directory), [])
        assert.strictEqual(fs.statSync(directory).mode, mode)
        assert.include(warnings.join("\n"), "the stored token has no place to be in")
      }).pipe(Effect.provide([layerFile(directory), Logger.layer([logger])]))
    })
  }

  const damages: ReadonlyArray<readonly [string, (file: string) => void]> = [
    ["empty", (file) => fs.writeFileSync(file, "")],
    ["truncated", (file) => fs.truncateSync(file, 40)],
    ["foreign", (file) => fs.writeFileSync(file, '{"version":2,"token":"x"}')],
    ["not text", (file) => fs.writeFileSync(file, Buffer.alloc(1000, 0xff))],
    ["huge", (file) => fs.writeFileSync(file, Buffer.alloc(10_000_000, 32))],
    [
      "changed by one bit",
      (file) => {
        const sealed: { data: string } = JSON.parse(fs.readFileSync(file, "utf8"))
        const data = Buffer.from(sealed.data, "base64")
        data[0] = data[0]! ^ 1
        fs.writeFileSync(file, JSON.stringify({ ...sealed, data: data.toString("base64") }))
      }
    ],
    [
      "a symlink",
      (file) => {
        fs.renameSync(file, `${file}.elsewhere`)
        fs.symlinkSync(`${file}.elsewhere`, file)
      }
    ],
    ["a link to nothing", (file) => (fs.rmSync(file), fs.symlinkSync(`${file}.nowhere`, file))],
    ["a directory", (file) => (fs.rmSync(file), fs.mkdirSync(file))],
    [
      "a directory with something in it",
      (file) => {
        fs.rmSync(file)
        fs.mkdirSync(file)
        fs.writeFileSync(join(file, "x"), "x")
      }
    ],
    ["a pipe", (file) => (fs.rmSync(file), execFileSync("mkfifo", [file]))],
    ["not readable", (file) => fs.chmodSync(file, 0)]
  ]
  for (const [name, damage] of damages) {
    it.live(`a file that is ${name} is ignored, and the next token is put in its place`, () => {
      const directory = newDirectory()
      return Effect.gen(function* () {
        yield* put(owner(), "one")
        const file = tokenFile(directory)
        damage(file)
        if (name !== "not readable" || process.getuid?.() !== 0) assert.isUndefined(yield* read(owner()))
        yield* put(owner(), "two")
        assert.strictEqual(yield* read(owner()), "two")
        assert.isTrue(fs.lstatSync(file).isFile())
        const aside = filesIn(directory).find((found) => found.includes(".aside-"))
        assert.strictEqual(aside !== undefined, name.startsWith("a directory"))
        if (aside !== undefined) assert.lengthOf(fs.readdirSync(aside), name === "a directory" ? 0 : 1)
      }).pipe(Effect.provide(layerFile(directory)))
    })
  }

  const login = { host: "https://login.mypurecloud.com", grant: Host.code }
  for (const [name, make] of [
    ["a directory", (file: string) => fs.mkdirSync(join(file, "x"), { recursive: true })],
    ["a pipe", (file: string) => void execFileSync("mkfifo", [file])],
    ["a link to nothing", (file: string) => fs.symlinkSync(`${file}.nowhere`, file)],
    ["an empty file", (file: string) => fs.writeFileSync(file, "", { mode: 0o600 })]
  ] as const) {
    it.live(`${name} in the place of the key costs one token, not one for each call`, () => {
      const directory = newDirectory()
      fs.mkdirSync(directory, { mode: 0o700 })
      make(join(directory, "key"))
      return Effect.gen(function* () {
        yield* put(login, "one")
        assert.strictEqual(yield* read(login), "one")
        assert.strictEqual(fs.lstatSync(join(directory, "key")).mode & 0o777, 0o600)
      }).pipe(Effect.provide(layerFile(directory)))
    })
  }

  it.live("the key that another process has just put in the place of a directory stays there", () => {
    const directory = newDirectory()
    const key = join(directory, "key")
    fs.mkdirSync(key, { recursive: true, mode: 0o700 })
    const theirs = "0123456789abcdef".repeat(4)
    /** Both have seen the directory, and the other one is faster. */
    const slow = Layer.effect(
      FileSystem.FileSystem,
      FileSystem.FileSystem.use((real) =>
        Effect.succeed(
          FileSystem.FileSystem.of({
            ...real,
            rename: (from, to) =>
              Effect.suspend(() => {
                if (from === key && fs.lstatSync(key).isDirectory()) {
                  fs.rmdirSync(key)
                  fs.writeFileSync(key, theirs, { mode: 0o600 })
                }
                return real.rename(from, to)
              })
          })
        )
      )
    ).pipe(Layer.provideMerge(NodeServices.layer))
    const store = TokenStore.layerFile({ directory }).pipe(Layer.provide(NodeCrypto.layer), Layer.provide(slow))
    return Effect.gen(function* () {
      yield* Effect.provide(put(login, "one"), store)
      assert.strictEqual(fs.readFileSync(key, "utf8"), theirs)
      assert.isFalse(fs.readdirSync(directory).some((name) => name.includes(".aside-")))
      // It was sealed with that one, as the other process would find it.
      assert.strictEqual(yield* Effect.provide(read(login), layerFile(directory)), "one")
    })
  })

  it.live("a key that others may write stays, and nothing is sealed with it", () => {
    const directory = newDirectory()
    fs.mkdirSync(directory, { mode: 0o700 })
    const key = join(directory, "key")
    fs.writeFileSync(key, "0".repeat(64))
    fs.chmodSync(key, 0o666)
    return Effect.gen(function* () {
      yield* put(login, "one")
      assert.isUndefined(yield* read(login))
      assert.deepStrictEqual(fs.readdirSync(directory), ["key"])
    }).pipe(Effect.provide(layerFile(directory)))
  })

  it.live("a file that was put in another one's place does not open", () => {
    const directory = newDirectory()
    const second = { ...owner(), host: "https://login.mypurecloud.de" }
    return Effect.gen(function* () {
      yield* put(owner(), "one")
      const first = tokenFile(directory)
      yield* put(second, "two")
      const other = filesIn(directory).find((file) => file.endsWith(".token") && file !== first)!
      fs.copyFileSync(first, other)
      assert.isUndefined(yield* read(second))
    }).pipe(Effect.provide(layerFile(directory)))
  })

  it.live("a lock left by a dead process is taken over", () => {
    const directory = newDirectory()
    return Effect.gen(function* () {
      yield* put(owner(), "one")
      // No process has this id: it is above the largest one.
      const lock = JSON.stringify({ pid: 2 ** 30, ...ProcessLock.here(), id: "00000000-0000-4000-8000-000000000001" })
      fs.writeFileSync(`${tokenFile(directory)}.lock`, lock)
      yield* Effect.all(
        Array.from({ length: 10 }, () => put(owner(), "two")),
        { concurrency: "unbounded" }
      )
      assert.strictEqual(yield* read(owner()), "two")
      assert.deepStrictEqual(filesIn(directory), [tokenFile(directory)])
    }).pipe(Effect.provide(layerFile(directory)), Effect.timeout("5 seconds"))
  })

  const silent: ReadonlyArray<readonly [string, (lock: string) => void]> = [
    [
      "of another machine",
      (lock) =>
        fs.writeFileSync(
          lock,
          JSON.stringify({ pid: 1, host: "another-machine", id: "00000000-0000-4000-8000-000000000002" })
        )
    ],
    ["that is a directory", (lock) => fs.mkdirSync(join(lock, "x"), { recursive: true })],
    ["that is empty", (lock) => fs.writeFileSync(lock, "")]
  ]
  for (const [name, leave] of silent) {
    it.live(`a lock ${name} that nobody has touched for a while is taken over`, () => {
      const directory = newDirectory()
      return Effect.gen(function* () {
        yield* put(owner(), "one")
        const lock = `${tokenFile(directory)}.lock`
        leave(lock)
        const minuteAgo = new Date(Date.now() - 60_000)
        fs.utimesSync(lock, minuteAgo, minuteAgo)
        yield* put(owner(), "two")
        assert.strictEqual(yield* read(owner()), "two")
        assert.isFalse(fs.existsSync(lock))
      }).pipe(Effect.provide(layerFile(directory)), Effect.timeout("5 seconds"))
    })
  }

  it.live("a lock that was taken over is not given back by its old owner, who writes nothing any more", () => {
    const directory = newDirectory()
    return Effect.gen(function* () {
      yield* put(owner(), "one")
      const lock = `${tokenFile(directory)}.lock`
      const store = yield* TokenStore
      yield* store.modify(owner(), () =>
        Effect.sync(() => {
          // Somebody took this process for dead.
          const id = "00000000-0000-4000-8000-000000000003"
          fs.writeFileSync(lock, JSON.stringify({ pid: process.pid, host: "h", id }))
          return [undefined, entry("two")] as const
        })
      )
      assert.isTrue(fs.existsSync(lock))
      assert.strictEqual(yield* read(owner()), "one")
      assert.deepStrictEqual(filesIn(directory).length, 2)
    }).pipe(Effect.provide(layerFile(directory)))
  })

  it.live("what is only looked at is not written", () => {
    const directory = newDirectory()
    return Effect.gen(function* () {
      yield* put(owner(), "one")
      const { ino } = fs.statSync(tokenFile(directory))
      const store = yield* TokenStore
      yield* store.modify(owner(), (found) => Effect.succeed([undefined, Option.getOrThrow(found)] as const))
      assert.strictEqual(fs.statSync(tokenFile(directory)).ino, ino)
    }).pipe(Effect.provide(layerFile(directory)))
  })

  it.live("a directory that cannot be made costs a warning, and the change still runs", () =>
    Effect.gen(function* () {
      const store = yield* TokenStore
      const result = yield* store.modify(owner(), () => Effect.succeed(["ran", entry("one")] as const))
      assert.strictEqual(result, "ran")
      assert.isUndefined(yield* read(owner()))
    }).pipe(Effect.provide(layerFile(join(process.execPath, "tokens"))))
  )

  it.live("a full disk costs a warning, the change still runs, and what was there stays", () => {
    const directory = newDirectory()
    const full = (method: string) =>
      Effect.fail(PlatformError.systemError({ _tag: "Unknown", module: "FileSystem", method, description: "ENOSPC" }))
    // The real file system, but for writes.
    const fullDisk = Layer.effect(
      FileSystem.FileSystem,
      FileSystem.FileSystem.use((real) =>
        Effect.succeed({ ...real, writeFileString: () => full("writeFileString"), open: () => full("open") })
      )
    ).pipe(Layer.provideMerge(NodeServices.layer))
    return Effect.gen(function* () {
      yield* Effect.provide(put(owner(), "one"), layerFile(directory))
      const store = yield* TokenStore
      const result = yield* store.modify(owner(), () => Effect.succeed(["ran", entry("two")] as const))
      assert.strictEqual(result, "ran")
      assert.strictEqual(yield* read(owner()), "one")
    }).pipe(
      Effect.provide(TokenStore.layerFile({ directory }).pipe(Layer.provide(NodeCrypto.layer), Layer.provide(fullDisk)))
    )
  })
})
