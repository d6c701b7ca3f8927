/**
 * From the URL of a database to a connection that one can be sure of. A database of another machine must show a certificate, for
 * its name and signed by an authority that is trusted: neither rows nor passwords go to whoever answers. What is on this machine, on
 * loopback or a socket, may do without, but never gets a password in the clear.
 */
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import * as OwnFile from "@effect-genesys/core/OwnFile"
import type * as PgClient from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as Path from "effect/Path"
import * as Redacted from "effect/Redacted"
import { X509Certificate } from "node:crypto"
import type { ConnectionOptions } from "node:tls"
import { settingNames } from "@effect-genesys/core/Settings"
import { type Authority, type Protection, protectionOf } from "./internal/postgres/protection.ts"
import * as Unverified from "./internal/postgres/unverified.ts"
import * as Url from "./internal/postgres/url.ts"

/** A database by its URL, and what its certificate must be signed by. */
export interface PostgresUrlOptions {
  /** Such as `postgres://user:password@host:5432/database`; `sslmode` and `sslrootcert` in it mean what they mean to libpq. */
  readonly url: Redacted.Redacted
  /** What errors call it. @default url */
  readonly setting?: string | undefined
  /**
   * The PEM file of the authority that signs the certificate of the database: the only one that is trusted then. What the URL
   * names with `sslrootcert` comes before it.
   */
  readonly ca?: string | undefined
  /** Used if the certificate is verified and nothing else names an authority: for `PGSSLROOTCERT`. */
  readonly defaultCa?: string | undefined
}

interface Named {
  readonly setting: string
  readonly path: string
}

const block = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** All the authorities of the world have less. */
const maxBytes = 4 * 1024 * 1024

/** Whoever could change it could be the database. What is said of it ends with the line that mends it, where there is one. */
const readAuthority = Effect.fnUntraced(function* ({ path, setting }: Named) {
  const unusable = (what: string) =>
    new ConfigurationError({
      setting,
      message: `${setting} must be a file with the certificate of the authority that signs the database's, as PEM. It names ${path}, which ${what}`
    })
  const text = yield* Effect.mapError(OwnFile.readText(path, { maxBytes }), ({ what }) => unusable(what))
  return yield* Effect.try({
    try: () => {
      const found = (text.match(block) ?? []).map((pem) => String(new X509Certificate(pem)))
      if (found.length === 0) throw new Error("none")
      return found
    },
    catch: () => unusable("holds no certificate, or one that is damaged.")
  })
})

const verified = (protection: Protection, ca: ReadonlyArray<string> | undefined): ConnectionOptions => ({
  // Said, because a variable of the environment (NODE_TLS_REJECT_UNAUTHORIZED) could say otherwise.
  rejectUnauthorized: true,
  ...(ca === undefined ? {} : { ca: [...ca] }),
  ...(protection === "verify-ca" ? { checkServerIdentity: () => undefined } : {})
})

const socketOf = (url: Url.DatabaseUrl) => (Url.isSocket(url) ? `${url.host}/.s.PGSQL.${url.port}` : undefined)

const ways = { plain: "never", prefer: "prefer", require: "require" } as const

/** The settings of a client. They hold no URL, so that nothing reads it in another way. */
export const parse = Effect.fnUntraced(function* ({
  ca,
  defaultCa,
  setting = "url",
  url: text
}: PostgresUrlOptions): Effect.fn.Return<PgClient.PgPoolConfig, ConfigurationError, FileSystem.FileSystem | Path.Path> {
  const wrong = (what: string) => new ConfigurationError({ setting, message: `${setting} is not valid: ${what}.` })
  const url = yield* Effect.mapError(Effect.fromResult(Url.parse(Redacted.value(text))), wrong)
  const isPublic = url.rootCertificate === "system"
  const named: Named | undefined =
    url.rootCertificate !== undefined
      ? { setting: `sslrootcert of ${setting}`, path: url.rootCertificate }
      : ca === undefined
        ? undefined
        : { setting: "ca", path: ca }
  const authority: Authority = isPublic ? "public" : named === undefined ? undefined : "own"
  // What is named for all databases of a machine does not make one without a mode verified that was not.
  const byDefault: Authority = url.mode === undefined || defaultCa === undefined ? undefined : "own"
  const protection = yield* Effect.mapError(Effect.fromResult(protectionOf(url, authority ?? byDefault)), wrong)
  const { applicationName, connectTimeout, database, host, password, port, startupOptions, username } = url
  const config = { applicationName, connectTimeout, database, host, password, port, startupOptions, username }
  if (protection === "plain" || protection === "prefer" || protection === "require") {
    const way = { host, port, path: socketOf(url), tls: ways[protection] }
    return { ...config, ssl: false, stream: Unverified.connector(way) }
  }
  const file = named ?? (defaultCa === undefined ? undefined : { setting: settingNames.postgresCa, path: defaultCa })
  const trusted = isPublic || file === undefined ? undefined : yield* readAuthority(file)
  return { ...config, ssl: verified(protection, trusted) }
})
