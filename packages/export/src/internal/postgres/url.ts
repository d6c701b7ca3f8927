/**
 * Reads the URL of a database as libpq does. What libpq knows and is not kept here is refused where it would protect or redirect:
 * to leave it out in silence would be worse.
 */
import * as Duration from "effect/Duration"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { isIPv4 } from "node:net"

export const Mode = Schema.Literals(["disable", "allow", "prefer", "require", "verify-ca", "verify-full"])
export type Mode = typeof Mode.Type

export interface DatabaseUrl {
  /** A name, an address, or the directory of a socket. */
  readonly host: string
  readonly port: number
  readonly database: string | undefined
  readonly username: string | undefined
  readonly password: Redacted.Redacted | undefined
  readonly applicationName: string | undefined
  readonly startupOptions: string | undefined
  readonly connectTimeout: Duration.Duration | undefined
  readonly mode: Mode | undefined
  /** The file of `sslrootcert`, or `system`. */
  readonly rootCertificate: string | undefined
}

/** Whether it names the directory of a socket of this machine. */
export const isSocket = ({ host }: Pick<DatabaseUrl, "host">): boolean => host.startsWith("/")

/** Whether it is this machine by its name alone, so that what is sent there crosses no network. */
export const isLocal = ({ host }: Pick<DatabaseUrl, "host">): boolean =>
  isSocket({ host }) ||
  host.toLowerCase() === "localhost" ||
  host === "::1" ||
  (isIPv4(host) && host.startsWith("127."))

const form = "it must be a URL such as postgres://user:password@host:5432/database"
const encoded =
  "a / ? # or @ of a name or password must be written with a percent sign (%2F %3F %23 %40), else the rest of it is taken for something else"

/** They would say how the server is verified, or where it is. */
const unknown = /^(?:ssl.*|gss.*|krb.*|require.*|channel_binding|hostaddr|service|passfile)$/

const isMode = Schema.is(Mode)

const split = (text: string): Result.Result<URL, string> => {
  if (!/^postgres(?:ql)?:\/\//.test(text) || !URL.canParse(text)) return Result.fail(form)
  const url = new URL(text)
  const nobody = url.username === "" && !url.searchParams.has("user")
  if (url.hash !== "" || url.pathname.includes("@") || (nobody && url.search.includes("@"))) return Result.fail(encoded)
  return Result.succeed(url)
}

const portOf = (text: string): number | undefined => {
  const port = Number(text)
  return /^\d+$/.test(text) && port >= 1 && port <= 65_535 ? port : undefined
}

/** What is wrong with it is said without anything that it holds: that may be a part of the password. */
export const parse = (text: string): Result.Result<DatabaseUrl, string> =>
  Result.flatMap(split(text), (url) => {
    try {
      return read(url)
    } catch {
      return Result.fail("a percent sign in it must be followed by two digits, and is itself written %25")
    }
  })

const decoded = (part: string) => (part === "" ? undefined : decodeURIComponent(part))

const read = (url: URL): Result.Result<DatabaseUrl, string> => {
  // The last one counts.
  const given = new Map(url.searchParams)
  const known = new Set(["sslmode", "sslrootcert", "ssl"])
  const strange = [...given.keys()].find((name) => unknown.test(name) && !known.has(name))
  if (strange !== undefined) return Result.fail(`it has ${strange}, which is not kept here: take it out`)

  const host = given.get("host") ?? decoded(url.hostname.replace(/^\[(.*)\]$/, "$1")) ?? "localhost"
  if (host.includes(",")) return Result.fail("it must name one host")
  const port = portOf(given.get("port") ?? (url.port === "" ? "5432" : url.port))
  if (port === undefined) return Result.fail("its port must be a number from 1 to 65535")
  const timeout = given.get("connect_timeout")
  if (timeout !== undefined && !/^\d{1,9}$/.test(timeout))
    return Result.fail("its connect_timeout must be a number of seconds")
  // As libpq takes what JDBC writes.
  const ssl = given.get("ssl")
  if (ssl !== undefined && ssl !== "true") return Result.fail("it has ssl, which can only be true: use sslmode")
  const mode = given.get("sslmode") ?? (ssl === undefined ? undefined : "require")
  if (mode !== undefined && !isMode(mode)) return Result.fail(`its sslmode must be one of ${Mode.literals.join(", ")}`)
  const password = given.get("password") ?? decoded(url.password)
  return Result.succeed({
    host,
    port,
    database: given.get("dbname") ?? decoded(url.pathname.replace(/^\//, "")),
    username: given.get("user") ?? decoded(url.username),
    password: password === undefined ? undefined : Redacted.make(password),
    applicationName: given.get("application_name"),
    startupOptions: given.get("options"),
    connectTimeout:
      timeout === undefined ? undefined : Number(timeout) === 0 ? Duration.infinity : Duration.seconds(Number(timeout)),
    mode,
    rootCertificate: given.get("sslrootcert")
  })
}
