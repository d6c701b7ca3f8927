/**
 * Which requests a local proxy takes: those of programs on this machine that know its secret, for the API of Genesys Cloud
 * alone. Web pages, other hosts' names and paths that lead elsewhere are refused.
 */
import { isLoopback } from "@effect-genesys/auth/Environment"
import type * as Headers from "effect/http/Headers"
import { isHttpMethod, type HttpMethod } from "effect/http/HttpMethod"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { createHash, timingSafeEqual } from "node:crypto"

export interface Asked {
  readonly method: string
  /** As it stands in the request line. */
  readonly target: string
  readonly headers: Headers.Headers
}

export type Verdict =
  /** A call of the API; the path has its query. */
  | { readonly _tag: "Forward"; readonly method: HttpMethod; readonly path: string }
  /** A client that wants to log in first. */
  | { readonly _tag: "Login" }
  | { readonly _tag: "Refused"; readonly status: number; readonly code: string; readonly message: string }

const refused = (status: number, what: string, message: string): Verdict => ({
  _tag: "Refused",
  status,
  code: `proxy.refused.${what}`,
  message
})

const methods = new Set<string>(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])

/** @param secret the part of the path that a caller must know; none if no caller has to */
export const judge = (asked: Asked, secret: Option.Option<Redacted.Redacted>): Verdict => {
  const { headers, method, target } = asked
  if (!target.startsWith("/")) {
    return refused(
      400,
      "target",
      "The proxy takes paths, not whole URLs: use it as the base URL, not as an HTTP proxy."
    )
  }
  if (!isLocalName(headers["host"])) {
    return refused(403, "host", "The Host header must be 127.0.0.1 or localhost: the proxy serves this machine only.")
  }
  if (headers["origin"] !== undefined || (headers["sec-fetch-site"] ?? "none") !== "none") {
    return refused(403, "origin", "The proxy is for programs of this machine, not for web pages.")
  }
  const path = Option.match(secret, {
    onNone: () => target,
    onSome: (wanted) =>
      knows(target, Redacted.value(wanted)) ? target.slice(Redacted.value(wanted).length + 1) : undefined
  })
  if (path === undefined) {
    return refused(403, "secret", "The URL must begin as genesys proxy printed it, with the secret part of its path.")
  }
  if (leadsElsewhere(path)) {
    return refused(
      400,
      "path",
      "The path has a part of dots, a backslash or a fragment, so it may be another one. Correct it."
    )
  }
  const name = path.split("?", 1)[0]
  if (name === "/oauth/token") {
    return method === "POST" ? { _tag: "Login" } : refused(405, "method", "/oauth/token takes POST.")
  }
  if (!path.startsWith("/api/v2/")) {
    return refused(404, "path", "Only /api/v2/ and /oauth/token pass the proxy.")
  }
  return isHttpMethod(method) && methods.has(method)
    ? { _tag: "Forward", method, path }
    : refused(405, "method", `The proxy takes ${[...methods].join(", ")}.`)
}

/** A page that has its own name resolve to this machine still sends that name. */
const isLocalName = (host: string | undefined): boolean =>
  host !== undefined && isLoopback(host.toLowerCase().replace(/:\d+$/, ""))

const digest = (text: string) => createHash("sha256").update(text).digest()

/** In a time that does not tell how much of a guess was right. */
const knows = (target: string, secret: string): boolean =>
  timingSafeEqual(digest(target.slice(0, secret.length + 2)), digest(`/${secret}/`))

/** Whether someone on the way might read the path as another one. */
const leadsElsewhere = (target: string): boolean => {
  const path = target.split("?", 1)[0] ?? ""
  const parts = path.replaceAll(/%2e/gi, ".").split(/\/|%2f|%5c/i)
  return parts.some((part) => part === "." || part === "..") || /[\\#]/.test(target)
}
