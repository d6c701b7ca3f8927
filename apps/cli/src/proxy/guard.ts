/**
 * Which requests a local proxy takes: those of programs on this machine that know its secret, for the API of Genesys Cloud
 * alone. Web pages, other hosts' names, paths that lead elsewhere and what its rules leave out are refused.
 */
import { isLoopback } from "@effect-genesys/core/Loopback"
import { leadsElsewhere } from "@effect-genesys/client/ApiPath"
import type * as Headers from "effect/http/Headers"
import { isHttpMethod, type HttpMethod } from "effect/http/HttpMethod"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { sameText } from "../SameText.ts"
import * as Rules from "./rules.ts"

export interface Asked {
  readonly method: string
  /** As it stands in the request line. */
  readonly target: string
  readonly headers: Headers.Headers
}

export interface Gate {
  /** What a caller must know; none if no caller has to. */
  readonly secret: Option.Option<Redacted.Redacted>
  readonly rules: Rules.Rules
}

export type Verdict =
  /** A call of the API; the path has its query. */
  | { readonly _tag: "Forward"; readonly method: HttpMethod; readonly path: string }
  /** A client that wants to log in first, and the token that it shall send then: the secret, if it came with that. */
  | { readonly _tag: "Login"; readonly token: Option.Option<Redacted.Redacted> }
  | { readonly _tag: "Refused"; readonly status: number; readonly code: string; readonly message: string }

const refused = (status: number, what: string, message: string): Verdict => ({
  _tag: "Refused",
  status,
  code: `proxy.refused.${what}`,
  message
})

const login = "/oauth/token"

export const judge = (asked: Asked, { rules, secret }: Gate): Verdict => {
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
    onSome: (wanted) => pathFor(asked, Redacted.value(wanted))
  })
  if (path === undefined) {
    return refused(
      403,
      "secret",
      "The call must carry the secret of the proxy: in the header Authorization: Bearer SECRET, or as the first part of the path. Who started genesys proxy knows it, or the file that holds it."
    )
  }
  if (leadsElsewhere(path)) {
    return refused(
      400,
      "path",
      "The path has a part of dots, a backslash, a fragment or an escape of no text, so it may be another one. Correct it."
    )
  }
  const name = path.split("?", 1)[0] ?? ""
  if (name === login) {
    if (method !== "POST") return refused(405, "method", `${login} takes POST.`)
    return { _tag: "Login", token: Option.filter(secret, () => path === target) }
  }
  if (!path.startsWith(Rules.base)) {
    return refused(404, "path", `Only ${Rules.base} and ${login} pass the proxy.`)
  }
  if (!isHttpMethod(method) || !Rules.methods.has(method)) {
    return refused(405, "method", `The proxy takes ${[...Rules.methods].join(", ")}.`)
  }
  const refusal = Rules.judge(rules, method, name)
  return refusal === undefined ? { _tag: "Forward", method, path } : refused(403, refusal.code, refusal.message)
}

/** A page that has its own name resolve to this machine still sends that name. */
const isLocalName = (host: string | undefined): boolean =>
  host !== undefined && isLoopback(host.toLowerCase().replace(/:\d+$/, ""))

/** What follows the secret, or the whole path if the secret is in a header; none if it is nowhere. */
const pathFor = ({ headers, target }: Asked, secret: string): string | undefined => {
  if (sameText(target.slice(0, secret.length + 2), `/${secret}/`)) return target.slice(secret.length + 1)
  const [scheme = "", text = ""] = (headers["authorization"] ?? "").split(/ +/, 2)
  switch (scheme.toLowerCase()) {
    case "bearer":
      return sameText(text, secret) ? target : undefined
    case "basic":
      // As SDKs log in: the id of a client, which may be any, and its secret.
      return target === login && sameText(atBasic(text), secret) ? target : undefined
    default:
      return undefined
  }
}

const atBasic = (text: string): string => {
  const pair = Buffer.from(text, "base64").toString()
  return pair.slice(pair.indexOf(":") + 1)
}
