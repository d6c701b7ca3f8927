/** A profile takes another name on every file system: where there are no hard links, too. */
import { assert, describe, it } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as PlatformError from "effect/PlatformError"
import { Profile } from "../src/Profile.ts"
import { Profiles } from "../src/Profiles.ts"
import * as Settings from "../src/Settings.ts"

const profile = (clientId: string) => new Profile({ region: "eu-west-1", clientId, grant: "client_credentials" })

/** As Node's file system is on FAT, or on a network or container mount: each calls it something else. */
const refusals = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EXDEV"].map((code) => ({
  code,
  error: PlatformError.systemError({
    _tag: code === "EPERM" ? "PermissionDenied" : "Unknown",
    module: "FileSystem",
    method: "link",
    cause: Object.assign(new Error(`${code}: link`), { code })
  })
}))

const withoutLinks = (error: PlatformError.PlatformError) =>
  Layer.effect(
    FileSystem.FileSystem,
    FileSystem.FileSystem.useSync((fs) => FileSystem.FileSystem.of({ ...fs, link: () => Effect.fail(error) }))
  )

const environment = (directory: string) =>
  Layer.succeed(Settings.Sources, {
    environment: ConfigProvider.fromEnvRecord({ GENESYS_CONFIG_DIR: directory }),
    file: ConfigProvider.fromEnvRecord({})
  })

const scenario = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const profiles = yield* Profiles
  yield* profiles.put("acme", profile("acme-id"))
  yield* profiles.put("other", profile("other-id"))

  const taken = yield* Effect.flip(profiles.rename("acme", "other"))
  assert.match(taken.message, /^There is a profile other already\. Delete it first/)
  assert.strictEqual((yield* profiles.get("other")).clientId, "other-id")
  assert.strictEqual((yield* profiles.get("acme")).clientId, "acme-id")

  yield* profiles.rename("acme", "acme-two")
  assert.deepStrictEqual(yield* profiles.names, ["acme-two", "other"])
  assert.strictEqual((yield* profiles.get("acme-two")).clientId, "acme-id")
  assert.strictEqual(Option.getOrUndefined(yield* profiles.default), "acme-two")
  const folder = profiles.file("acme-two").replace(/\/[^/]+$/, "")
  assert.deepStrictEqual((yield* fs.readDirectory(folder)).toSorted(), ["acme-two.json", "other.json"])
  assert.strictEqual((yield* fs.stat(profiles.file("acme-two"))).mode & 0o777, 0o600)

  // Whoever comes first has the name.
  yield* profiles.put("third", profile("third-id"))
  const both = yield* Effect.all(
    ["other", "third"].map((name) => Effect.result(profiles.rename(name, "wanted"))),
    { concurrency: "unbounded" }
  )
  assert.deepStrictEqual(both.map(({ _tag }) => _tag).toSorted(), ["Failure", "Success"])
  assert.lengthOf(yield* profiles.names, 3)
})

const run = (layer: Layer.Layer<FileSystem.FileSystem, never, FileSystem.FileSystem>) =>
  Effect.gen(function* () {
    const directory = yield* FileSystem.FileSystem.use((fs) => fs.makeTempDirectoryScoped())
    yield* scenario.pipe(
      Effect.provide(Profiles.layer.pipe(Layer.provideMerge(layer), Layer.provide(environment(directory))))
    )
  }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))

describe("Profiles.rename", () => {
  it.effect("where there are hard links", () =>
    run(
      Layer.effect(
        FileSystem.FileSystem,
        FileSystem.FileSystem.useSync((fs) => fs)
      )
    )
  )

  for (const { code, error } of refusals) {
    it.effect(`where a link is refused with ${code}`, () => run(withoutLinks(error)))
  }
})
