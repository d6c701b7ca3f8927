/**
 * Shares a token between processes: whoever needs one looks here first, and asks the login host under a lock, so that
 * twenty processes that start at once make one request. Without a store, which is the default, each manager is alone.
 */
import type * as Aead from "effect/crypto/Aead"
import type * as Digest from "effect/crypto/Digest"
import type * as Kdf from "effect/crypto/Kdf"
import type * as SecureRandom from "effect/crypto/SecureRandom"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as Path from "effect/Path"
import { type Encoded, none, TokenStoreError, type TokenStoreService } from "./internal/tokenBackend.ts"
import type { TokenFileOptions } from "./internal/tokenFile.ts"

export { type Encoded, type TokenFileOptions, TokenStoreError, type TokenStoreService }

type Crypto = Digest.Digest | Kdf.Kdf | Aead.Aead | SecureRandom.SecureRandom

// Loaded when they are needed: most programs have no store, or one.
const memory = Effect.promise(() => import("./internal/tokenMemory.ts"))
const file = Effect.promise(() => import("./internal/tokenFile.ts"))
const encoded = Effect.promise(() => import("./internal/tokenEncoded.ts"))

const changesOf =
  (changes: NonNullable<TokenStoreService["changes"]>, number: number): TokenStoreService["changes"] =>
  (owner) =>
    changes({ ...owner, number })

/**
 * Where processes share a token. By default they share none; `layerFile` is a sealed file of this user, `layerMemory`
 * is for several managers of one process, and `makeEncoded` makes one of any place that keeps sealed texts.
 */
export class TokenStore extends Context.Reference<TokenStoreService>("@effect-genesys/auth/TokenStore", {
  defaultValue: () => none
}) {
  /** For several managers in one process. */
  static readonly layerMemory: Layer.Layer<never> = Layer.effect(
    TokenStore,
    Effect.flatMap(memory, ({ makeMemory }) => makeMemory)
  )

  /**
   * One encrypted file for each owner, with mode 0600 in a directory with mode 0700. The key is derived from the client
   * secret, or from the refresh token that a login began with, so whoever has only the files has nothing; a code that was
   * exchanged without a secret uses a random key in the same directory.
   */
  static readonly layerFile = (
    options: TokenFileOptions
  ): Layer.Layer<never, never, FileSystem.FileSystem | Path.Path | Crypto> =>
    Layer.effect(
      TokenStore,
      Effect.flatMap(file, ({ makeFile }) => makeFile(options))
    )

  /** Another token of the same owners, in the same store: for a client that has several at a time. */
  static readonly numbered = (store: TokenStoreService, number: number): TokenStoreService => ({
    ...store,
    get: (owner) => store.get({ ...owner, number }),
    modify: (owner, change) => store.modify({ ...owner, number }, change),
    remove: (owner, fingerprint) => store.remove({ ...owner, number }, fingerprint),
    ...(store.changes && { changes: changesOf(store.changes, number) })
  })

  /**
   * A store on a backend of your own, such as a table of a database, that keeps sealed texts by name. Run the cases of
   * `testing/TokenStoreSuite` on it.
   */
  static readonly makeEncoded = (backend: Encoded): Effect.Effect<TokenStoreService, never, Crypto> =>
    Effect.flatMap(encoded, ({ make }) => make(backend))
}
