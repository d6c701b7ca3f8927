/** How sure one can be of a database: by where it is, what its URL asks for, and whose authority is named. */
import * as Result from "effect/Result"
import { type DatabaseUrl, isLocal, isSocket } from "./url.ts"

/**
 * - `plain`: without TLS, on this machine only.
 * - `prefer`, `require`: TLS if the server has it, TLS or nothing; on this machine only, since nobody is verified.
 * - `verify-ca`: signed by the named authority, whatever its name.
 * - `verify-full`: signed, and for that name.
 */
export type Protection = "plain" | "prefer" | "require" | "verify-ca" | "verify-full"

/** What names the authority: `own` a file, `public` those that Node trusts. */
export type Authority = "own" | "public" | undefined

const howTo =
  "Leave sslmode out or say verify-full; if an authority of your own has signed its certificate, name the file of that with sslrootcert"

export const protectionOf = (
  url: Pick<DatabaseUrl, "host" | "mode">,
  authority: Authority
): Result.Result<Protection, string> => {
  const { mode } = url
  // As with libpq, what is said of TLS does not count for a socket.
  if (isSocket(url)) return Result.succeed("plain")
  const local = isLocal(url)
  if (mode === "verify-full") return Result.succeed(mode)
  if (mode === undefined) return Result.succeed(local && authority === undefined ? "plain" : "verify-full")
  if (authority === "public")
    return Result.fail(`its sslmode=${mode} does not go with sslrootcert=system: any host could show a certificate`)
  if ((mode === "require" || mode === "verify-ca") && authority === "own") return Result.succeed("verify-ca")
  if (mode === "verify-ca")
    return Result.fail("its sslmode=verify-ca needs an authority of your own: name its file with sslrootcert")
  if (!local) {
    const what = mode === "require" ? "does not ask who the server is" : "may send everything in the clear"
    return Result.fail(`its sslmode=${mode} ${what}, and the database is on another machine. ${howTo}`)
  }
  if (mode === "require") return Result.succeed(mode)
  // With allow, libpq asks for TLS only after a refusal; to ask first ends in the same place.
  return Result.succeed(mode === "disable" ? "plain" : "prefer")
}
