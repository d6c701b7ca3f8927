/**
 * What TLS connections trust and show: a private CA in addition to the roots of Node, and a client certificate. Read from
 * the PEM files that settings name, and checked, so that a mistake is found at the start and not by the first connection.
 */
import { settingNames } from "@effect-genesys/core/Settings"
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import * as Setting from "@effect-genesys/core/Setting"
import * as OwnFile from "@effect-genesys/core/OwnFile"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as Path from "effect/Path"
import * as Option from "effect/Option"
import { createPrivateKey, X509Certificate } from "node:crypto"
import { createSecureContext, getCACertificates, type SecureContext } from "node:tls"

const caFile = settingNames.caFile
const certFile = settingNames.clientCertFile
const keyFile = settingNames.clientKeyFile
const passphraseSetting = settingNames.clientKeyPassphrase

/** All the authorities of the world have less. */
const maxBytes = 4 * 1024 * 1024

const expected = {
  [caFile]: "the certificate of the authority, or those of several, as PEM",
  [certFile]: "a client certificate, and those between it and its authority, as PEM",
  [keyFile]: "the private key of the client certificate, as PEM"
}
type FileSetting = keyof typeof expected

const unusable = (setting: FileSetting, what: string) =>
  new ConfigurationError({
    setting,
    message: `${setting} ${what}. It must name a file that holds ${expected[setting]}.`
  })

/** None if no setting says anything about TLS. */
export const fromConfig: Effect.Effect<
  Option.Option<SecureContext>,
  ConfigurationError,
  FileSystem.FileSystem | Path.Path
> = Effect.gen(function* () {
  const ca = yield* authorities
  const identity = yield* clientIdentity
  if (Option.isNone(ca) && Option.isNone(identity)) return Option.none()
  return yield* Effect.try({
    try: () =>
      Option.some(
        createSecureContext({
          ...Option.getOrUndefined(identity),
          // A list replaces the roots of Node, which hold NODE_EXTRA_CA_CERTS too.
          ...(Option.isSome(ca) ? { ca: [...getCACertificates("default"), ...ca.value] } : {})
        })
      ),
    catch: () => unusable(Option.isSome(identity) ? certFile : caFile, "holds what OpenSSL refuses")
  })
})

const authorities = Effect.gen(function* () {
  const text = yield* readFile(caFile)
  if (Option.isNone(text)) return Option.none()
  const found = yield* certificates(caFile, text.value)
  return Option.some(found.map(String))
})

const clientIdentity = Effect.gen(function* () {
  const cert = yield* readFile(certFile)
  const key = yield* readFile(keyFile)
  if (Option.isNone(cert) && Option.isNone(key)) return Option.none()
  if (Option.isNone(cert)) return yield* unusable(certFile, `is not set, but ${keyFile} is`)
  if (Option.isNone(key)) return yield* unusable(keyFile, `is not set, but ${certFile} is`)
  const [own] = yield* certificates(certFile, cert.value)
  const passphrase = Option.getOrUndefined(yield* Setting.optional(passphraseSetting))
  const identity = { cert: cert.value, key: key.value, ...(passphrase === undefined ? {} : { passphrase }) }
  const privateKey = yield* Effect.try({
    try: () => createPrivateKey({ key: key.value, format: "pem", passphrase: passphrase ?? "" }),
    catch: () => wrongKey(key.value)
  })
  if (!own.checkPrivateKey(privateKey)) {
    return yield* unusable(keyFile, `holds a key that does not belong to the certificate of ${certFile}`)
  }
  return Option.some(identity)
})

const wrongKey = (pem: string) =>
  /ENCRYPTED/.test(pem)
    ? new ConfigurationError({
        setting: passphraseSetting,
        message: `${passphraseSetting} is not set, or does not open the key in ${keyFile}. Set it to the passphrase of that key.`
      })
    : unusable(keyFile, "holds no private key")

const readFile = Effect.fnUntraced(function* (setting: FileSetting) {
  const file = yield* Setting.optional(setting)
  if (Option.isNone(file)) return Option.none()
  const text = yield* Effect.mapError(OwnFile.readText(file.value, { maxBytes }), ({ what }) =>
    unusable(setting, `names ${file.value}, which ${what}`)
  )
  return Option.some(text)
})

const begin = "-----BEGIN CERTIFICATE-----"
const end = "-----END CERTIFICATE-----"

/** Everything between the certificates is a comment. */
const blocksOf = (text: string) =>
  text
    .split(begin)
    .slice(1)
    .map((part) => begin + part.split(end, 1)[0] + end)

const certificates = (setting: FileSetting, text: string) =>
  Effect.try({
    try: (): readonly [X509Certificate, ...ReadonlyArray<X509Certificate>] => {
      const [first = "", ...rest] = blocksOf(text)
      return [new X509Certificate(first), ...rest.map((pem) => new X509Certificate(pem))]
    },
    catch: () => unusable(setting, "holds no certificate, or one that is damaged")
  })
