/** An authority of the test's own, and the certificates that it signs. They are made anew in each run. */
import * as X509 from "@peculiar/x509"
import * as Effect from "effect/Effect"
import { createPrivateKey, type webcrypto } from "node:crypto"
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" }
const day = 86_400_000

export interface Pem {
  readonly cert: string
  readonly key: string
}

export interface Wanted {
  readonly hosts?: ReadonlyArray<string>
  readonly expired?: boolean
}

const pemOf = async (cert: X509.X509Certificate, keys: webcrypto.CryptoKeyPair): Promise<Pem> => ({
  cert: cert.toString("pem"),
  key: X509.PemConverter.encode(await crypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY")
})

export interface Authority {
  readonly cert: string
  readonly issue: (wanted?: Wanted) => Effect.Effect<Pem>
}

export const makeAuthority = Effect.fnUntraced(function* (name: string): Effect.fn.Return<Authority> {
  const keys = yield* Effect.promise(() => crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]))
  const authority = yield* Effect.promise(() =>
    X509.X509CertificateGenerator.createSelfSigned({
      name: `CN=${name}`,
      keys,
      signingAlgorithm: algorithm,
      notBefore: new Date(Date.now() - 2 * day),
      notAfter: new Date(Date.now() + 2 * day),
      extensions: [
        new X509.BasicConstraintsExtension(true, undefined, true),
        new X509.KeyUsagesExtension(X509.KeyUsageFlags.keyCertSign, true)
      ]
    })
  )
  const issue = ({ expired = false, hosts = [] }: Wanted = {}) =>
    Effect.promise(async () => {
      const own = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"])
      const cert = await X509.X509CertificateGenerator.create({
        subject: `CN=${hosts[0] ?? "a client"}`,
        issuer: authority.subject,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: algorithm,
        notBefore: new Date(Date.now() - 2 * day),
        notAfter: new Date(Date.now() + (expired ? -day : day)),
        extensions: [
          new X509.SubjectAlternativeNameExtension(
            hosts.map((value) => ({ type: /^[\d.]+$/.test(value) ? "ip" : "dns", value }))
          )
        ]
      })
      return pemOf(cert, own)
    })
  return { cert: authority.toString("pem"), issue }
})

/** Writes a file of a folder of its own, and answers its path. */
export const file = (text: string): string => {
  const path = join(mkdtempSync(join(tmpdir(), "genesys-")), "file.pem")
  writeFileSync(path, text)
  return path
}

/** A key as OpenSSL writes one with a passphrase. */
export const encrypt = (key: string, passphrase: string): string =>
  createPrivateKey(key).export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase }).toString()
