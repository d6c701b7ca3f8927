/** One file, where somebody else was first: with links, pipes and names that are taken. And who can read what is made. */
import { IncompleteError } from "@effect-genesys/client/GenesysError"
import * as ProcessLock from "@effect-genesys/core/ProcessLock"
import type { Access } from "@effect-genesys/export/Access"
import { Sources } from "@effect-genesys/program/Settings"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { execFileSync } from "node:child_process"
import { randomUUID } from "node:crypto"
import * as Fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as FileExport from "../../src/export/FileExport.ts"
import { behindLink, folder, modeOf, rows, secret, sparse, victim } from "../support/Places.ts"

const asRoot = process.getuid?.() === 0
const nobody = 65_534
const identity = "rows of a test"

const keys = folder()

interface More {
  readonly access?: Access
  readonly force?: boolean
  /** Where this user keeps his keys. */
  readonly cache?: string
  /** Done before the last row comes. */
  readonly meanwhile?: () => void
}

const exported = (
  file: string,
  { access = "owner", cache = keys, force = false, meanwhile = () => undefined }: More = {}
) =>
  FileExport.run({
    file,
    force,
    access,
    identity,
    key: String,
    rows: Stream.concat(
      Stream.make("a"),
      Stream.fromEffect(
        Effect.sync(() => {
          meanwhile()
          return "b"
        })
      )
    )
  }).pipe(
    Effect.provide(NodeServices.layer),
    Effect.provideService(Sources, {
      environment: ConfigProvider.fromEnvRecord({ XDG_CACHE_HOME: cache }),
      file: ConfigProvider.fromEnvRecord({})
    }),
    Effect.provideService(Console.Console, { ...console, error: () => undefined })
  )

/** What an export that was killed has left. */
const begun = (file: string, more: More = {}) => {
  const meanwhile = () => {
    throw new Error("killed")
  }
  return Effect.exit(exported(file, { ...more, force: true, meanwhile }))
}

describe("an export into one file", () => {
  for (const [access, mode] of [
    ["owner", 0o600],
    ["group", 0o640],
    ["everyone", 0o644]
  ] as const) {
    it.live(`for ${access} has that mode from its first byte on, whatever the umask`, () =>
      Effect.acquireUseRelease(
        Effect.sync(() => process.umask(access === "owner" ? 0 : 0o077)),
        () =>
          Effect.gen(function* () {
            const directory = folder()
            const file = join(directory, "a.ndjson")
            let seen: ReadonlyArray<number> = []
            const meanwhile = () => (seen = Fs.readdirSync(directory).map((name) => modeOf(join(directory, name))))
            yield* exported(file, { access, meanwhile })
            assert.deepStrictEqual(seen, [mode, mode, mode])
            assert.strictEqual(modeOf(file), mode)
          }),
        (before) => Effect.sync(() => process.umask(before))
      )
    )
  }

  it.live("that goes on ends as it was last asked for", () =>
    Effect.gen(function* () {
      const file = join(folder(), "a.ndjson")
      yield* begun(file)
      Fs.chmodSync(`${file}.part`, 0o644)
      yield* exported(file)
      assert.deepStrictEqual([rows(file), modeOf(file)], ['"a"\n"b"\n', 0o600])
      const other = join(folder(), "a.ndjson")
      yield* begun(other)
      yield* exported(other, { access: "group" })
      assert.strictEqual(modeOf(other), 0o640)
    })
  )

  const links: ReadonlyArray<readonly [name: string, plant: (target: string, path: string) => void, what: RegExp]> = [
    ["a symbolic link", Fs.symlinkSync, /is a symbolic link, which is never followed/],
    ["a hard link", Fs.linkSync, /has another name too/]
  ]
  for (const [name, plant, what] of links) {
    it.live(`is not written through ${name} at FILE.part, and --force puts the link away`, () =>
      Effect.gen(function* () {
        const file = join(folder(), "a.ndjson")
        const { isUntouched, path } = victim(file)
        yield* begun(file)
        Fs.unlinkSync(`${file}.part`)
        plant(path, `${file}.part`)
        const error = yield* Effect.flip(exported(file))
        assert.strictEqual(error._tag, "UsageError")
        assert.match(error.message, what)
        isUntouched()
        yield* exported(file, { force: true })
        isUntouched()
        assert.strictEqual(rows(file), '"a"\n"b"\n')
      })
    )
  }

  for (const end of [".part.note", ".part.lock"]) {
    it.live(`is not begun with a link at FILE${end}`, () =>
      Effect.gen(function* () {
        const file = join(folder(), "a.ndjson")
        const { isUntouched, path } = victim(file)
        yield* begun(file)
        Fs.rmSync(`${file}${end}`, { force: true })
        Fs.symlinkSync(path, `${file}${end}`)
        const error = yield* Effect.flip(exported(file))
        assert.match(error.message, /is a symbolic link.*: rm /)
        isUntouched()
        assert.isFalse(Fs.existsSync(file))
        // As the message says.
        execFileSync("sh", ["-c", /rm [^ ]+$/.exec(error.message)![0]])
        yield* exported(file, { force: true })
        isUntouched()
      })
    )
  }

  it.live("begins without a note: a link at its name is put away, not written through", () =>
    Effect.gen(function* () {
      const file = join(folder(), "a.ndjson")
      const { isUntouched, path } = victim(file)
      Fs.symlinkSync(path, `${file}.part.note`)
      yield* exported(file)
      isUntouched()
      assert.strictEqual(rows(file), '"a"\n"b"\n')
    })
  )

  it.live(
    "puts its file in the place of a link with --force; without, a link to nowhere is something that exists",
    () =>
      Effect.gen(function* () {
        const file = join(folder(), "a.ndjson")
        const { isUntouched, path } = victim(file)
        Fs.symlinkSync(`${path}.nowhere`, file)
        const error = yield* Effect.flip(exported(file))
        assert.match(error.message, /a\.ndjson exists\..*--force/)
        Fs.unlinkSync(file)
        Fs.symlinkSync(path, file)
        yield* exported(file, { force: true })
        isUntouched()
        assert.isTrue(Fs.lstatSync(file).isFile())
        assert.strictEqual(modeOf(file), 0o600)
      })
  )

  it.live("does not take the place of a device, a pipe or a link to one", () =>
    Effect.gen(function* () {
      const directory = folder()
      const pipe = join(directory, "pipe")
      execFileSync("mkfifo", [pipe])
      const link = join(directory, "null")
      Fs.symlinkSync("/dev/null", link)
      for (const file of [pipe, link]) {
        const error = yield* Effect.flip(exported(file, { force: true }))
        assert.match(error.message, /is not a file\. Choose another name\.$/)
      }
      assert.deepStrictEqual([Fs.lstatSync(pipe).isFIFO(), Fs.readlinkSync(link)], [true, "/dev/null"])
    })
  )

  it.live(
    "does not wait for a pipe at FILE.part, and does not touch a file there that it did not begin",
    () =>
      Effect.gen(function* () {
        const file = join(folder(), "a.ndjson")
        yield* begun(file)
        Fs.unlinkSync(`${file}.part`)
        execFileSync("mkfifo", [`${file}.part`])
        const piped = yield* Effect.flip(exported(file))
        assert.match(piped.message, /a\.ndjson\.part is not a file/)
        Fs.unlinkSync(`${file}.part`)
        Fs.unlinkSync(`${file}.part.note`)
        Fs.writeFileSync(`${file}.part`, secret)
        const foreign = yield* Effect.flip(exported(file))
        assert.match(foreign.message, /a\.ndjson\.part exists, and was not begun by this command\..*--force\.$/)
        assert.strictEqual(rows(`${file}.part`), secret)
      }),
    10_000
  )

  it.live("notices that FILE.part was swapped while it was written", () =>
    Effect.gen(function* () {
      const file = join(folder(), "a.ndjson")
      const meanwhile = () => {
        Fs.renameSync(`${file}.part`, `${file}.aside`)
        Fs.writeFileSync(`${file}.part`, "forged\n")
      }
      const error = yield* Effect.flip(exported(file, { meanwhile }))
      assert.match(error.message, /a\.ndjson\.part was replaced while it was written/)
      assert.isFalse(Fs.existsSync(file))
    })
  )

  it.live.skipIf(!asRoot)("does not go on with a part of another user, in a folder like /tmp", () =>
    Effect.gen(function* () {
      const directory = folder()
      Fs.chmodSync(directory, 0o1777)
      const file = join(directory, "a.ndjson")
      for (const end of [".part", ".part.note", ".part.lock"]) {
        yield* begun(file)
        Fs.writeFileSync(`${file}${end}`, Fs.existsSync(`${file}${end}`) ? rows(`${file}${end}`) : "1")
        Fs.chownSync(`${file}${end}`, nobody, nobody)
        const error = yield* Effect.flip(exported(file))
        assert.include(error.message, `${file}${end} belongs to another user (uid 65534)`)
        Fs.unlinkSync(`${file}${end}`)
      }
    })
  )

  it.live(
    "does not go on with what came with a checkout: a note that is not sealed, or that somebody else has sealed",
    () =>
      Effect.gen(function* () {
        const theirs = join(folder(), "a.ndjson")
        yield* begun(theirs, { cache: folder() })
        for (const note of [identity, rows(`${theirs}.part.note`)]) {
          const file = join(Fs.mkdtempSync(join(tmpdir(), "it's a checkout ")), "a.ndjson")
          Fs.writeFileSync(`${file}.part`, '"forged"\n')
          Fs.writeFileSync(`${file}.part.note`, note)
          const error = yield* Effect.flip(exported(file))
          assert.strictEqual(error._tag, "UsageError")
          assert.match(error.message, /a\.ndjson\.part was not begun here by this user.* with --force, or .*: rm '/)
          assert.strictEqual(rows(`${file}.part`), '"forged"\n')
          execFileSync("sh", ["-c", error.message.slice(error.message.indexOf("rm '"))])
          yield* exported(file)
          assert.strictEqual(rows(file), '"a"\n"b"\n')
        }
      })
  )

  it.live("does not go on with a part that this user began elsewhere", () =>
    Effect.gen(function* () {
      const [file, other] = [join(folder(), "a.ndjson"), join(folder(), "a.ndjson")]
      yield* begun(file)
      for (const end of [".part", ".part.note"]) Fs.copyFileSync(`${file}${end}`, `${other}${end}`)
      assert.match((yield* Effect.flip(exported(other))).message, /was not begun here/)
      yield* exported(file)
      assert.strictEqual(rows(file), '"a"\n"b"\n')
    })
  )

  it.live("is neither begun nor gone on with where others could swap it, and says what mends it", () =>
    Effect.gen(function* () {
      const directory = folder()
      const below = join(directory, "below")
      Fs.mkdirSync(below, { mode: 0o700 })
      yield* begun(join(below, "b.ndjson"))
      const before = Fs.readdirSync(directory, { recursive: true })
      Fs.chmodSync(directory, 0o777)
      for (const file of [join(directory, "a.ndjson"), join(below, "a.ndjson"), join(below, "b.ndjson")]) {
        for (const force of [false, true]) {
          const error = yield* Effect.flip(exported(file, { force }))
          assert.strictEqual(error._tag, "UsageError")
          assert.include(
            error.message,
            `can be changed by other users. Check it, then close it to them: chmod go-w ${directory}`
          )
        }
      }
      assert.deepStrictEqual(Fs.readdirSync(directory, { recursive: true }), before)
      Fs.chmodSync(directory, 0o1777)
      yield* exported(join(directory, "a.ndjson"))
      yield* exported(join(below, "b.ndjson"))
    })
  )

  it.live("without a place for a key is written, with a warning, and begins anew when it was interrupted", () =>
    Effect.gen(function* () {
      const cache = folder()
      Fs.chmodSync(cache, 0o777)
      const file = join(folder(), "a.ndjson")
      const said: Array<string> = []
      const logger = Logger.make(({ message }) => void said.push(String(message)))
      yield* Effect.provide(begun(file, { cache }), Logger.layer([logger]))
      assert.match(said.join("\n"), /^if it is interrupted, .*no place for a key \(.* can be changed by other users/)
      assert.match((yield* Effect.flip(exported(file, { cache }))).message, /was not begun here/)
      yield* Effect.provide(exported(file, { cache, force: true }), Logger.layer([]))
      assert.strictEqual(rows(file), '"a"\n"b"\n')
    })
  )

  for (const end of [".part.lock", ".part.note"]) {
    it.live(`does not read FILE${end} that is larger than any of this program`, () =>
      Effect.gen(function* () {
        const file = join(folder(), "a.ndjson")
        yield* begun(file)
        sparse(`${file}${end}`)
        const error = yield* Effect.flip(exported(file))
        assert.strictEqual(error._tag, "UsageError")
        assert.match(error.message, /is larger than 64 KiB, .*remove it: rm \S+$/)
        execFileSync("sh", ["-c", /rm \S+$/.exec(error.message)![0]])
        yield* exported(file, { force: true })
        assert.strictEqual(rows(file), '"a"\n"b"\n')
      })
    )
  }

  for (const end of [".part", ".part.note", ".part.lock"]) {
    it.live(`does not remove a folder at FILE${end}`, () =>
      Effect.gen(function* () {
        const file = join(folder(), "a.ndjson")
        Fs.mkdirSync(`${file}${end}`)
        for (const force of [false, true]) {
          if (end === ".part" && !force) continue
          const error = yield* Effect.flip(exported(file, { force }))
          assert.strictEqual(error._tag, "UsageError")
          assert.strictEqual(error.message, `${file}${end} is not a file. Move it away.`)
        }
        Fs.rmdirSync(`${file}${end}`)
        yield* exported(file)
      })
    )
  }

  it.live("leaves a file to the process that is writing it, and takes over what one that is gone has left", () =>
    Effect.gen(function* () {
      const file = join(folder(), "a.ndjson")
      const note = (pid: number) =>
        Fs.writeFileSync(`${file}.part.lock`, JSON.stringify({ pid, ...ProcessLock.here(), id: randomUUID() }))
      note(process.ppid)
      const working = yield* Effect.forkChild(
        Effect.repeat(
          Effect.sync(() => Fs.utimesSync(`${file}.part.lock`, new Date(), new Date())),
          Schedule.spaced("200 millis")
        )
      )
      const error = yield* Effect.flip(exported(file))
      assert.match(error.message, new RegExp(`\\.part is being written by process ${process.ppid} on .*Wait for it`))
      yield* Fiber.interrupt(working)
      // A number that no process has.
      note(2 ** 22 + 1)
      yield* exported(file)
      assert.strictEqual(rows(file), '"a"\n"b"\n')
      assert.isFalse(Fs.existsSync(`${file}.part.lock`))
    })
  )

  it.live("goes on before a line that is larger than any row, as before one that is none", () =>
    Effect.gen(function* () {
      const file = join(folder(), "a.ndjson")
      yield* begun(file)
      Fs.writeFileSync(`${file}.part`, `"a"\n"${"c".repeat(200_000)}"\n`)
      sparse(`${file}.part`)
      yield* exported(file)
      assert.strictEqual(rows(file), `"a"\n"${"c".repeat(200_000)}"\n"b"\n`)
    })
  )

  it.live("ends where it was checked: `..` behind a link undoes the name of the link, not what it leads to", () =>
    Effect.gen(function* () {
      const { elsewhere, given, here } = behindLink()
      yield* exported(given)
      assert.deepStrictEqual(Fs.readdirSync(elsewhere), ["below"])
      assert.strictEqual(rows(here), '"a"\n"b"\n')
    })
  )

  it.live.skipIf(!asRoot)("is not written by the superuser in a folder of another user behind a link and `..`", () =>
    Effect.gen(function* () {
      const { elsewhere, given, here } = behindLink()
      for (const path of [elsewhere, join(elsewhere, "below")]) Fs.chownSync(path, nobody, nobody)
      yield* begun(given)
      yield* exported(given, { meanwhile: () => assert.deepStrictEqual(Fs.readdirSync(elsewhere), ["below"]) })
      assert.deepStrictEqual(Fs.readdirSync(elsewhere), ["below"])
      assert.isTrue(Fs.existsSync(here))
    })
  )

  it.live("says what is wrong with a folder", () =>
    Effect.gen(function* () {
      const directory = folder()
      const missing = yield* Effect.flip(exported(join(directory, "no", "a.ndjson")))
      assert.match(missing.message, /a\.ndjson cannot be written: there is no such folder \(ENOENT/)
      Fs.writeFileSync(join(directory, "file"), "")
      const inFile = yield* Effect.flip(exported(join(directory, "file", "a.ndjson")))
      assert.match(inFile.message, /a\.ndjson is to be in .*file, which is no folder$/)
      if (asRoot) return
      Fs.chmodSync(directory, 0o500)
      const closed = yield* Effect.flip(exported(join(directory, "a.ndjson")))
      assert.match(closed.message, /this user may not: look at the owner and the mode of the folder \(EACCES/)
    })
  )
})

describe("a list of which Genesys gives but a part", () => {
  const incomplete = (reason: "Limit" | "Expired") =>
    IncompleteError.of({ api: { method: "GET", path: "/api/v2/users" }, reason, said: "no more", rows: 1, total: 3 })
  const run = (file: string, reason: "Limit" | "Expired") =>
    FileExport.run({
      file,
      force: false,
      access: "owner",
      identity,
      key: String,
      rows: Stream.concat(Stream.make("a"), Stream.fail(incomplete(reason)))
    }).pipe(
      Effect.flip,
      Effect.provide(NodeServices.layer),
      Effect.provideService(Console.Console, { ...globalThis.console, error: () => undefined }),
      Effect.provideService(Sources, {
        environment: ConfigProvider.fromEnvRecord({ XDG_CACHE_HOME: keys }),
        file: ConfigProvider.fromEnvRecord({})
      })
    )

  it.live("is kept as a file, and the error says what is missing", () =>
    Effect.gen(function* () {
      const file = join(folder(), "rows.ndjson")
      const error = yield* run(file, "Limit")
      assert.include(error, { _tag: "IncompleteError", total: 3 })
      assert.strictEqual(Fs.readFileSync(file, "utf8"), '"a"\n')
      assert.isFalse(Fs.existsSync(`${file}.part`))
    })
  )

  it.live("or as a part, where the same command has the rest", () =>
    Effect.gen(function* () {
      const file = join(folder(), "rows.ndjson")
      assert.strictEqual((yield* run(file, "Expired"))._tag, "IncompleteError")
      assert.isFalse(Fs.existsSync(file))
      assert.isTrue(Fs.existsSync(`${file}.part`))
    })
  )
})
