/** The cryptography that sealed files need, and no more: `NodeCrypto.layer` has all there is, which costs a start some time. */
import * as Aead from "effect/crypto/Aead"
import * as Digest from "effect/crypto/Digest"
import * as Kdf from "effect/crypto/Kdf"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Layer from "effect/Layer"

/** That cryptography, from WebCrypto. */
export const layer: Layer.Layer<Aead.Aead | Digest.Digest | Kdf.Kdf | SecureRandom.SecureRandom> = Layer.mergeAll(
  Aead.layerWebCrypto,
  Kdf.layerWebCrypto,
  Digest.layerWebCrypto
).pipe(Layer.provideMerge(SecureRandom.layerWebCrypto))
