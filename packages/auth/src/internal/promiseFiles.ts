/** What `store: "file"` and `clientSecretFile` need of the file system: loaded where one of them is set. */
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import * as HomeFolder from "@effect-genesys/core/HomeFolder"
import * as Sealing from "@effect-genesys/core/Sealing"
import { settingNames } from "@effect-genesys/core/SettingNames"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { isAbsolute, join } from "node:path"
import type { Grant } from "../Grant.ts"
import * as Parts from "./clientParts.ts"
import * as CredentialsFile from "./credentialsFile.ts"
import type { TokenStoreService } from "./tokenBackend.ts"
import { makeFile } from "./tokenFile.ts"

/** The file system without its events: what watches a folder keeps a process alive. Files are looked at all the same. */
const unwatched = Layer.effect(
  FileSystem.FileSystem,
  Effect.map(FileSystem.FileSystem, (fs) => FileSystem.FileSystem.of({ ...fs, watch: () => Stream.never }))
).pipe(Layer.provide(NodeFileSystem.layer))

const layerFiles = Layer.merge(unwatched, NodePath.layer)

/** The secret in a file, and every change of it. */
export const secret = Effect.fnUntraced(function* (options: {
  readonly clientId: string
  readonly clientSecretFile: string
}): Effect.fn.Return<
  { readonly first: Grant; readonly follow: (adopt: Adopt) => Effect.Effect<void, never, Scope.Scope> },
  ConfigurationError,
  Scope.Scope
> {
  const files = yield* Layer.build(layerFiles)
  const { first, follow } = yield* Effect.provideContext(
    CredentialsFile.make(options, {
      clientId: { ...Parts.clientId, setting: "clientId" },
      clientSecret: { ...Parts.clientSecret, setting: "clientSecretFile" }
    }),
    files
  )
  return { first, follow: (adopt) => Effect.asVoid(Effect.forkScoped(follow(adopt))) }
})

type Adopt = (grant: Grant) => Effect.Effect<void>

const noHome = new ConfigurationError({
  setting: "store",
  message: `store has no place for its files: this user has no home folder. Set HOME to a folder of this user, or ${settingNames.cacheHome}.`
})

/** Where the programs keep the tokens that all processes of this user share. A relative path is ignored, as XDG wants it. */
const directory = Effect.suspend(() => {
  const caches = process.env[settingNames.cacheHome] ?? ""
  if (isAbsolute(caches)) return Effect.succeed(HomeFolder.tokens(caches))
  const home = HomeFolder.find()
  return Option.isNone(home)
    ? Effect.fail(noHome)
    : Effect.succeed(HomeFolder.tokens(join(home.value, HomeFolder.cache)))
})

export const store: Effect.Effect<TokenStoreService, ConfigurationError, Scope.Scope> = Effect.gen(function* () {
  const services = yield* Layer.build(Layer.merge(layerFiles, Sealing.layer))
  return yield* Effect.provideContext(makeFile({ directory: yield* directory }), services)
})
