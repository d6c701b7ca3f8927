import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Path from "effect/Path"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { inspect } from "node:util"
import type { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import { Credentials } from "../src/Credentials.ts"
import type { Grant } from "../src/Grant.ts"
import { TokenManager } from "../src/TokenManager.ts"
import * as Host from "./LoginHost.ts"

// Every secret in this file, and nothing else, has this word in it.
const canary = "canary"

/** A folder of secrets, and what is logged. */
class World extends Context.Service<World, { readonly folder: string; readonly lines: Array<string> }>()(
  "test/World"
) {}

type Services = World | FileSystem.FileSystem | Path.Path | Scope.Scope

const noWatch = Layer.effect(
  FileSystem.FileSystem,
  FileSystem.FileSystem.use((fs) => Effect.succeed({ ...fs, watch: () => Stream.never }))
).pipe(Layer.provideMerge(NodeServices.layer))

/** A test in a folder of its own, after which no line of the log may hold a secret. */
const inFolder = (
  name: string,
  body: Effect.Effect<void, unknown, Services>,
  options: { readonly services?: typeof noWatch; readonly skip?: boolean } = {}
) =>
  (options.skip === true ? it.effect.skip : it.effect)(name, () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped({ prefix: "credentials-" })
      const lines: Array<string> = []
      const logger = Logger.make((line) => {
        lines.push(JSON.stringify(Logger.formatStructured.log(line)))
      })
      yield* body.pipe(Effect.provide(Logger.layer([logger])), Effect.provideService(World, { folder, lines }))
      assert.notInclude(lines.join("\n"), canary)
    }).pipe(Effect.provide(options.services ?? NodeServices.layer))
  )

/**
 * Moves the test clock on, second by second, until the condition holds. Reading files is real I/O, which no test clock
 * waits for, so each second also takes some real time.
 */
const until = (condition: Effect.Effect<boolean>, step: Duration.Input = "1 second") =>
  Effect.gen(function* () {
    for (let i = 0; i < 500; i++) {
      if (yield* condition) return
      yield* TestClock.adjust(step)
      yield* TestClock.withLive(Effect.sleep("5 millis"))
    }
    assert.fail("it never happened")
  })

/** Lets so many seconds pass, with the I/O that falls into them. */
const pass = (seconds: number) => {
  let left = seconds
  return until(Effect.sync(() => left-- <= 0))
}

const secretOf = (grant: Grant) => {
  assert(grant._tag === "ClientCredentials")
  return Redacted.value(grant.clientSecret)
}

const file = (name = "secret") => World.use(({ folder }) => Effect.map(Path.Path, (path) => path.join(folder, name)))

const write = Effect.fnUntraced(function* (text: string, name?: string) {
  const fs = yield* FileSystem.FileSystem
  yield* fs.writeFileString(yield* file(name), text)
})

/** Through a temporary file that is renamed into place. */
const replace = Effect.fnUntraced(function* (text: string, name?: string) {
  const fs = yield* FileSystem.FileSystem
  yield* write(text, "new")
  yield* fs.rename(yield* file("new"), yield* file(name))
})

/** As Kubernetes does: a new folder with all the files, and then `..data` is swapped for a link to it. */
const mount = Effect.fnUntraced(function* (version: string, files: Record<string, string>) {
  const fs = yield* FileSystem.FileSystem
  yield* fs.makeDirectory(yield* file(version))
  for (const [name, text] of Object.entries(files)) yield* write(text, `${version}/${name}`)
  yield* fs.symlink(version, yield* file("..data_tmp"))
  yield* fs.rename(yield* file("..data_tmp"), yield* file("..data"))
})

/** The running credentials, with the secrets of all their changes. */
const start = Effect.fnUntraced(function* (
  options: { pollInterval?: Duration.Input; clientId?: string | { file: string } } = {}
) {
  const clientSecretFile = yield* file()
  const layer = Credentials.layerFile({ clientId: "an-id", ...options, clientSecretFile })
  const { changes, current } = Context.get(yield* Layer.build(layer), Credentials)
  const changed: Array<string> = []
  yield* Effect.forkScoped(
    Stream.runForEach(changes, (grant) => Effect.sync(() => changed.push(secretOf(grant)))),
    { startImmediately: true }
  )
  return { changed, current, changes, secret: Effect.map(current, secretOf) }
})

const becomes = (secret: Effect.Effect<string>, expected: string) =>
  until(Effect.map(secret, (now) => now === expected))

const warnings = World.use(({ lines }) => Effect.sync(() => lines.filter((line) => line.includes(`"WARN"`))))

const warned = (count: number) =>
  Effect.gen(function* () {
    const services = yield* Effect.context<World>()
    yield* until(Effect.map(warnings, ({ length }) => length === count).pipe(Effect.provideContext(services)))
  })

const assertSafe = (error: ConfigurationError) => {
  for (const text of [error.message, JSON.stringify(error), String(error), inspect(error, { depth: 9 })]) {
    assert.notInclude(text, canary)
  }
}

describe("Credentials.layerFile, at the start", () => {
  for (const [what, text] of [
    ["white space at its end", "canary-1 \t\n\n"],
    ["CRLF", "canary-1\r\n"],
    ["a BOM", "\uFEFFcanary-1\r\n"]
  ] as const) {
    inFolder(
      `takes a secret with ${what}`,
      Effect.gen(function* () {
        yield* write(text)
        const { current } = yield* start()
        const grant = yield* current
        assert.strictEqual(grant.clientId, "an-id")
        assert.strictEqual(secretOf(grant), "canary-1")
      })
    )
  }

  inFolder(
    "takes the id from a file too",
    Effect.gen(function* () {
      yield* write("canary-1")
      yield* write("\uFEFFanother-id\r\n", "id")
      const { current } = yield* start({ clientId: { file: yield* file("id") } })
      assert.strictEqual((yield* current).clientId, "another-id")
    })
  )

  for (const [what, text] of [
    ["is missing", undefined],
    ["is empty", ""],
    ["is blank", "\uFEFF \r\n"],
    ["has a blank inside", "canary secret"],
    ["is UTF-16", "\0c\0a\0n\0a\0r\0y"],
    ["is too large", canary.repeat(20_000)]
  ] as const) {
    for (const part of ["secret", "id"] as const) {
      inFolder(
        `names the file when the ${part} ${what}`,
        Effect.gen(function* () {
          yield* write("canary-1")
          yield* write("an-id", "id")
          if (text === undefined) yield* FileSystem.FileSystem.use((fs) => Effect.flatMap(file(part), fs.remove))
          else yield* write(text, part)
          const error = yield* Effect.flip(start({ clientId: { file: yield* file("id") } }))
          assert(error._tag === "ConfigurationError")
          assert.strictEqual(error.setting, part === "secret" ? "clientSecretFile" : "clientId")
          assert.include(error.message, yield* file(part))
          assertSafe(error)
        })
      )
    }
  }

  inFolder(
    "names the file when it is a folder",
    Effect.gen(function* () {
      yield* FileSystem.FileSystem.use((fs) => Effect.flatMap(file(), (path) => fs.makeDirectory(path)))
      assert.include((yield* Effect.flip(start())).message, yield* file())
    })
  )

  inFolder(
    "refuses an id that cannot be one, without showing it",
    Effect.gen(function* () {
      yield* write("canary-1")
      const error = yield* Effect.flip(start({ clientId: "canary:id" }))
      assert.strictEqual(error.setting, "clientId")
      assertSafe(error)
    })
  )
})

for (const [how, services, options] of [
  ["by polling alone", noWatch, {}],
  ["by events alone", NodeServices.layer, { pollInterval: "1 day" }]
] as const) {
  const sees = (name: string, body: Effect.Effect<void, unknown, Services>) => inFolder(name, body, { services })

  describe(`Credentials.layerFile, ${how}`, () => {
    sees(
      "sees a file that is rewritten in place",
      Effect.gen(function* () {
        yield* write("canary-1")
        const { changed, secret } = yield* start(options)
        yield* write("canary-2\r\n")
        yield* becomes(secret, "canary-2")
        yield* write("canary-3\n")
        yield* becomes(secret, "canary-3")
        assert.deepStrictEqual(changed, ["canary-2", "canary-3"])
      })
    )

    sees(
      "sees a file that is replaced by rename",
      Effect.gen(function* () {
        yield* write("canary-1")
        const { changed, secret } = yield* start(options)
        yield* replace("canary-2")
        yield* becomes(secret, "canary-2")
        yield* replace("canary-3")
        yield* becomes(secret, "canary-3")
        assert.deepStrictEqual(changed, ["canary-2", "canary-3"])
      })
    )

    sees(
      "sees a symlink that is swapped, and takes id and secret together",
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        yield* mount("..1", { secret: "canary-1", id: "id-1" })
        yield* fs.symlink("..data/secret", yield* file())
        yield* fs.symlink("..data/id", yield* file("id"))
        const { changed, current, secret } = yield* start({ ...options, clientId: { file: yield* file("id") } })
        for (const n of [2, 3, 4]) {
          yield* mount(`..${n}`, { secret: `canary-${n}`, id: `id-${n}` })
          yield* fs.remove(yield* file(`..${n - 1}`), { recursive: true })
          yield* becomes(secret, `canary-${n}`)
          assert.strictEqual((yield* current).clientId, `id-${n}`)
        }
        assert.deepStrictEqual(changed, ["canary-2", "canary-3", "canary-4"])
      })
    )

    sees(
      "keeps the last good credentials while the file is away, with one warning",
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        yield* write("canary-1")
        const { changed, secret } = yield* start(options)
        yield* fs.remove(yield* file())
        yield* warned(1)
        yield* pass(60)
        assert.strictEqual((yield* warnings).length, 1)
        assert.include((yield* warnings)[0], yield* file())
        assert.strictEqual(yield* secret, "canary-1")
        yield* write("canary-2")
        yield* becomes(secret, "canary-2")
        assert.deepStrictEqual(changed, ["canary-2"])
      })
    )

    sees(
      "keeps the last good credentials while the file is empty, and warns of the next time too",
      Effect.gen(function* () {
        const { lines } = yield* World
        yield* write("canary-1")
        const { changed, secret } = yield* start(options)
        yield* write("")
        yield* warned(1)
        yield* write("canary-1")
        yield* until(Effect.sync(() => lines.some((line) => line.includes("credentials.readable"))))
        yield* write("two words of a canary")
        yield* warned(2)
        yield* write("canary-2")
        yield* becomes(secret, "canary-2")
        assert.deepStrictEqual(changed, ["canary-2"])
      })
    )
  })
}

describe("Credentials.layerFile", () => {
  const asUser = { skip: process.getuid?.() === 0 }

  inFolder(
    "names a file that it may not read",
    Effect.gen(function* () {
      yield* write("canary-1")
      yield* FileSystem.FileSystem.use((fs) => Effect.flatMap(file(), (path) => fs.chmod(path, 0)))
      const error = yield* Effect.flip(start())
      assert.include(error.message, `${yield* file()}, which cannot be read by this process`)
    }),
    asUser
  )

  inFolder(
    "keeps the last good credentials while it may not read the file",
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      yield* write("canary-1")
      const { secret } = yield* start()
      yield* fs.chmod(yield* file(), 0)
      yield* warned(1)
      assert.strictEqual(yield* secret, "canary-1")
      yield* fs.chmod(yield* file(), 0o600)
      yield* write("canary-2")
      yield* becomes(secret, "canary-2")
    }),
    asUser
  )

  inFolder(
    "follows on after a defect, and says so",
    Effect.gen(function* () {
      yield* write("canary-1")
      const fs = yield* FileSystem.FileSystem
      let broken = false
      const breaking = FileSystem.FileSystem.of({
        ...fs,
        stream: (path, options) => (broken ? Stream.die(new Error("a defect")) : fs.stream(path, options))
      })
      const { secret } = yield* Effect.provideService(start(), FileSystem.FileSystem, breaking)
      broken = true
      const { lines } = yield* World
      yield* until(Effect.sync(() => lines.some((line) => line.includes("credentials.broken"))))
      broken = false
      yield* write("canary-2")
      yield* becomes(secret, "canary-2")
    })
  )

  inFolder(
    "finds a file whose folder was away",
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      yield* fs.makeDirectory(yield* file("mounted"))
      yield* write("canary-1", "mounted/secret")
      yield* fs.symlink("mounted/secret", yield* file())
      const { secret } = yield* start()
      yield* fs.remove(yield* file("mounted"), { recursive: true })
      yield* warned(1)
      yield* fs.makeDirectory(yield* file("mounted"))
      yield* write("canary-2", "mounted/secret")
      yield* becomes(secret, "canary-2")
    })
  )

  inFolder(
    "takes nothing that is half-written",
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      let looks = 0
      const counting = FileSystem.FileSystem.of({
        ...fs,
        stream: (path, options) =>
          Stream.suspend(() => {
            looks++
            return fs.stream(path, options)
          })
      })
      const looked = (count: number) =>
        until(
          Effect.sync(() => looks >= count),
          0
        )
      yield* write("canary-1")
      const { changed, secret } = yield* Effect.provideService(start(), FileSystem.FileSystem, counting)
      yield* write("canary-h")
      yield* TestClock.adjust("10 seconds")
      yield* looked(2)
      yield* write("canary-half")
      yield* pass(0)
      yield* TestClock.withLive(Effect.sleep("20 millis"))
      yield* TestClock.adjust("500 millis")
      yield* looked(3)
      assert.strictEqual(yield* secret, "canary-1")
      yield* becomes(secret, "canary-half")
      yield* pass(30)
      assert.deepStrictEqual(changed, ["canary-half"])
      assert.deepStrictEqual(yield* warnings, [])
    }),
    { services: noWatch }
  )

  inFolder(
    "says nothing when a file is written anew with the same secret",
    Effect.gen(function* () {
      yield* write("canary-1")
      const { changed } = yield* start()
      for (let i = 0; i < 5; i++) {
        yield* replace("canary-1\r\n")
        yield* pass(10)
      }
      assert.deepStrictEqual(changed, [])
      assert.deepStrictEqual(yield* warnings, [])
    })
  )

  inFolder(
    "tells whoever subscribes late of what changes from then on, without the present one",
    Effect.gen(function* () {
      yield* write("canary-1")
      const { changes, secret } = yield* start()
      yield* write("canary-2")
      yield* becomes(secret, "canary-2")
      const late = yield* Effect.forkChild(Stream.runCollect(Stream.take(changes, 1)), { startImmediately: true })
      yield* write("canary-3")
      yield* becomes(secret, "canary-3")
      assert.deepStrictEqual((yield* Fiber.join(late)).map(secretOf), ["canary-3"])
    })
  )

  inFolder(
    "looks no more once its layer is closed",
    Effect.gen(function* () {
      yield* write("canary-1")
      const { secret } = yield* Effect.scoped(start())
      yield* write("canary-2")
      yield* pass(60)
      assert.strictEqual(yield* secret, "canary-1")
    })
  )
})

describe("Credentials.layerFile and a token manager", () => {
  const managed = <A, E>(body: Effect.Effect<A, E, Services | TokenManager | Host.LoginHost>) =>
    Effect.gen(function* () {
      yield* write("canary-1")
      const layer = Credentials.layerFile({ clientId: Host.clientId, clientSecretFile: yield* file() })
      yield* Effect.provide(body, Host.managerWith(Layer.orDie(Layer.provide(layer, NodeServices.layer))))
    })

  inFolder(
    "make one request for a changed file, and serve the old token until then",
    managed(
      Effect.gen(function* () {
        const host = yield* Host.LoginHost
        const manager = yield* TokenManager
        yield* host.answer(Host.issue(86_400))
        assert.strictEqual(Redacted.value((yield* manager.token).value), "token-1")
        yield* pass(30)
        assert.strictEqual(yield* host.requests, 1)
        yield* replace("canary-2")
        yield* until(Effect.map(host.requests, (requests) => requests > 1))
        yield* pass(60)
        assert.strictEqual(Redacted.value((yield* manager.token).value), "token-2")
        assert.strictEqual(yield* host.requests, 2)
        assert.strictEqual((yield* manager.status).generation, 1)
        const { headers } = (yield* host.last)!
        assert.strictEqual(
          headers["authorization"],
          `Basic ${Buffer.from(`${Host.clientId}:canary-2`).toString("base64")}`
        )
      })
    )
  )

  inFolder(
    "end a remembered refusal",
    managed(
      Effect.gen(function* () {
        const host = yield* Host.LoginHost
        const manager = yield* TokenManager
        yield* host.answer(Host.refuse)
        assert.strictEqual((yield* Effect.flip(manager.token))._tag, "AuthenticationError")
        yield* pass(30)
        assert.strictEqual((yield* Effect.flip(manager.token))._tag, "AuthenticationError")
        assert.strictEqual(yield* host.requests, 1)
        yield* host.answer(Host.issue())
        yield* write("canary-2")
        yield* until(Effect.map(host.requests, (requests) => requests > 1))
        assert.strictEqual(Redacted.value((yield* manager.token).value), "token-2")
      })
    )
  )
})

describe("Credentials.layerConfigFile", () => {
  const from = (env: Record<string, string>) =>
    Effect.map(
      Layer.build(Layer.provide(Credentials.layerConfigFile, ConfigProvider.layer(ConfigProvider.fromEnvRecord(env)))),
      Context.get(Credentials)
    )
  const id = { GENESYS_CLOUD_CLIENT_ID: "an-id" }

  inFolder(
    "is layerConfig without a file",
    Effect.gen(function* () {
      const { changes, current } = yield* from({
        ...id,
        GENESYS_CLOUD_CLIENT_SECRET: "canary-1",
        GENESYS_CLOUD_CLIENT_SECRET_FILE: " "
      })
      assert.strictEqual(secretOf(yield* current), "canary-1")
      assert.deepStrictEqual(yield* Stream.runCollect(changes), [])
      assert.strictEqual((yield* Effect.flip(from(id))).setting, "GENESYS_CLOUD_CLIENT_SECRET")
    })
  )

  inFolder(
    "takes the secret from the file and follows it",
    Effect.gen(function* () {
      yield* write("canary-1\n")
      const { current } = yield* from({ ...id, GENESYS_CLOUD_CLIENT_SECRET_FILE: yield* file() })
      assert.strictEqual(secretOf(yield* current), "canary-1")
      yield* replace("canary-2\n")
      yield* becomes(Effect.map(current, secretOf), "canary-2")
    })
  )

  inFolder(
    "says to keep one when both are set",
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        from({ ...id, GENESYS_CLOUD_CLIENT_SECRET: "canary-1", GENESYS_CLOUD_CLIENT_SECRET_FILE: yield* file() })
      )
      assert.strictEqual(error.setting, "GENESYS_CLOUD_CLIENT_SECRET_FILE")
      assert.include(error.message, "Keep one")
      assertSafe(error)
    })
  )

  inFolder(
    "names the variable and the file when it cannot be read, and the id when it is missing",
    Effect.gen(function* () {
      const error = yield* Effect.flip(from({ ...id, GENESYS_CLOUD_CLIENT_SECRET_FILE: yield* file() }))
      assert.strictEqual(error.setting, "GENESYS_CLOUD_CLIENT_SECRET_FILE")
      assert.include(error.message, yield* file())
      yield* write("canary-1")
      const noId = yield* Effect.flip(from({ GENESYS_CLOUD_CLIENT_SECRET_FILE: yield* file() }))
      assert.strictEqual(noId.setting, "GENESYS_CLOUD_CLIENT_ID")
      assertSafe(noId)
    })
  )
})
