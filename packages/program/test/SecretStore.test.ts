/** Where a secret goes: the keyring, and files where there is none; what the files show of it. */
import { assert, describe, it } from "@effect/vitest"
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as PlatformError from "effect/PlatformError"
import * as Redacted from "effect/Redacted"
import { SecretStore } from "../src/SecretStore.ts"
import * as Settings from "../src/Settings.ts"
import type { Vault } from "../src/Vault.ts"

const secret = Redacted.make("canary-secret-Zm9vYmFy")

const memory = (): Vault & { readonly kept: Map<string, Redacted.Redacted> } => {
  const kept = new Map<string, Redacted.Redacted>()
  return {
    kept,
    get: (id) => Effect.sync(() => Option.fromUndefinedOr(kept.get(id))),
    put: (id, value) => Effect.sync(() => void kept.set(id, value)),
    remove: (id) => Effect.sync(() => void kept.delete(id))
  }
}

const none = () => Effect.fail(new ConfigurationError({ setting: "x", message: "no keyring" }))
const broken: Vault = { get: none, put: none, remove: none }

const env = (values: Record<string, string>) =>
  Layer.succeed(Settings.Sources, {
    environment: ConfigProvider.fromEnvRecord(values),
    file: ConfigProvider.fromEnvRecord({})
  })

const put = (vaults: Record<"keyring" | "file", Vault>, values: Record<string, string> = {}) =>
  SecretStore.use((store) => store.put(secret)).pipe(
    Effect.provide(SecretStore.layerVaults(vaults)),
    Effect.provide(env(values))
  )

describe("SecretStore", () => {
  it.effect("takes the keyring if there is one, files if not, and what the setting says", () =>
    Effect.gen(function* () {
      const [keyring, file] = [memory(), memory()]
      assert.strictEqual((yield* put({ keyring, file })).in, "keyring")
      assert.deepStrictEqual([keyring.kept.size, file.kept.size], [1, 0])
      assert.strictEqual((yield* put({ keyring: broken, file })).in, "file")
      assert.strictEqual((yield* put({ keyring, file }, { GENESYS_CLOUD_SECRET_STORE: "file" })).in, "file")
      assert.deepStrictEqual([keyring.kept.size, file.kept.size], [1, 2])
      const must = yield* Effect.flip(put({ keyring: broken, file }, { GENESYS_CLOUD_SECRET_STORE: "keyring" }))
      assert.strictEqual(must.message, "no keyring")
      const wrong = yield* Effect.flip(put({ keyring, file }, { GENESYS_CLOUD_SECRET_STORE: "safe" }))
      assert.match(wrong.message, /GENESYS_CLOUD_SECRET_STORE is not valid/)
    })
  )

  it.effect("keeps it in files of this user alone, and in none of them in the clear", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const directory = yield* fs.makeTempDirectoryScoped()
      const stored = Effect.gen(function* () {
        const store = yield* SecretStore
        const ref = yield* store.put(secret)
        const files = yield* Effect.forEach(yield* fs.readDirectory(`${directory}/secrets`), (name) =>
          Effect.all({
            mode: Effect.map(fs.stat(`${directory}/secrets/${name}`), ({ mode }) => mode & 0o777),
            text: fs.readFileString(`${directory}/secrets/${name}`)
          })
        )
        assert.deepStrictEqual([...new Set(files.map(({ mode }) => mode))], [0o600])
        assert.lengthOf(files, 2)
        const all = files.map(({ text }) => text).join("\n")
        for (const form of ["utf8", "base64", "hex"] as const) {
          assert.notInclude(all, Buffer.from(Redacted.value(secret)).toString(form))
        }
        const found = yield* store.get(ref)
        assert.strictEqual(Option.getOrUndefined(Option.map(found, Redacted.value)), Redacted.value(secret))
        yield* store.remove(ref)
        assert.isTrue(Option.isNone(yield* store.get(ref)))
        // A sealed file without its key is worth nothing.
        const other = yield* store.put(secret)
        yield* fs.remove(`${directory}/secrets/key`)
        assert.isTrue(Option.isNone(yield* store.get(other)))
      })
      const values = { GENESYS_CONFIG_DIR: directory, GENESYS_CLOUD_SECRET_STORE: "file" }
      yield* stored.pipe(Effect.provide(SecretStore.layer), Effect.provide(env(values)))
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.effect("keeps it in files where the file system has no hard links", () =>
    Effect.gen(function* () {
      const directory = yield* FileSystem.FileSystem.use((fs) => fs.makeTempDirectoryScoped())
      const values = { GENESYS_CONFIG_DIR: directory, GENESYS_CLOUD_SECRET_STORE: "file" }
      const noLinks = Layer.effect(
        FileSystem.FileSystem,
        FileSystem.FileSystem.useSync((fs) => FileSystem.FileSystem.of({ ...fs, link: () => Effect.fail(noLink) }))
      )
      const found = yield* SecretStore.use((store) => Effect.flatMap(store.put(secret), store.get)).pipe(
        Effect.provide(SecretStore.layer),
        Effect.provide([noLinks, env(values)])
      )
      assert.strictEqual(Option.getOrUndefined(Option.map(found, Redacted.value)), Redacted.value(secret))
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )
})

const noLink = PlatformError.systemError({ _tag: "Unknown", module: "FileSystem", method: "link" })
