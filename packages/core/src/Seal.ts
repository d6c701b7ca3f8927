/**
 * Authenticated encryption of a small secret (AES-256-GCM), with a key derived from another one (HKDF-SHA256), such as a client secret
 * or a `LocalKey`.
 */
import * as Aead from "effect/crypto/Aead"
import * as Digest from "effect/crypto/Digest"
import * as Kdf from "effect/crypto/Kdf"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

const Sealed = Schema.fromJsonString(
  Schema.Struct({
    version: Schema.Literal(1),
    salt: Schema.Uint8ArrayFromBase64,
    nonce: Schema.Uint8ArrayFromBase64,
    data: Schema.Uint8ArrayFromBase64
  })
)
const decodeSealed = Schema.decodeOption(Sealed)
const encodeSealed = Schema.encodeEffect(Sealed)

const bytes = (text: string) => new TextEncoder().encode(text)
const purpose = bytes("effect-genesys token store, version 1")

/** Makes what seals and opens small secrets, of the cryptography that it is given. */
export const make = Effect.gen(function* () {
  const aead = yield* Aead.Aead
  const kdf = yield* Kdf.Kdf
  const random = yield* SecureRandom.SecureRandom
  const digest = yield* Digest.Digest

  const keyFrom = (secret: string, salt: Uint8Array) =>
    kdf
      .derive(Kdf.hkdfSha256, bytes(secret), { salt, info: purpose, length: 32 })
      .pipe(Effect.flatMap((key) => Aead.key(Aead.aes256Gcm, key)))

  return {
    /** A name that tells nothing of what it is made of. */
    name: (words: ReadonlyArray<string>) => digest.digestHex(Digest.sha256, bytes(JSON.stringify(words))),

    randomId: Effect.map(random.randomBytes(16), (id) => Buffer.from(id).toString("hex")),

    /** @param name is sealed in, so that a file put in another's place does not open */
    seal: Effect.fnUntraced(function* (secret: string, name: string, text: string) {
      const salt = yield* random.randomBytes(16)
      const nonce = yield* random.randomBytes(Aead.aes256Gcm.nonceLength)
      const key = yield* keyFrom(secret, salt)
      const data = yield* aead.encrypt(key, bytes(text), { nonce, aad: bytes(name) })
      return yield* encodeSealed({ version: 1, salt, nonce, data })
    }, Effect.orDie),

    /** None if it is damaged, or was sealed with another secret or under another name. */
    open: (secret: string, name: string, sealed: string): Effect.Effect<Option.Option<string>> =>
      Option.match(decodeSealed(sealed), {
        onNone: () => Effect.succeed(Option.none()),
        onSome: ({ data, nonce, salt }) =>
          keyFrom(secret, salt).pipe(
            Effect.flatMap((key) => aead.decrypt(key, data, { nonce, aad: bytes(name) })),
            Effect.map((plain) => Option.some(new TextDecoder().decode(plain))),
            Effect.orElseSucceed(() => Option.none())
          )
      })
  }
})

/** What `make` gives. */
export type Seal = Effect.Success<typeof make>
