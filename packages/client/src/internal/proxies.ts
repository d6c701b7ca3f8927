/**
 * Which proxy a request goes through, by the variables that curl and others use. `NO_PROXY` is left to undici: hosts with
 * their subdomains, `.suffix`, `*.suffix`, `host:port` and `*`.
 */
import type { ConfigurationError } from "@effect-genesys/auth/ConfigurationError"
import * as Setting from "@effect-genesys/auth/Setting"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"

export interface Proxies {
  /** URLs that may hold a user and a password; none is an empty text. */
  readonly https: Redacted.Redacted
  readonly http: Redacted.Redacted
  readonly except: string
}

const isDecodable = (text: string) => {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

const isProxyUrl = (text: string): boolean => {
  if (!URL.canParse(text)) return false
  const { hash, hostname, password, pathname, protocol, search, username } = new URL(text)
  return (
    (protocol === "http:" || protocol === "https:") &&
    hostname !== "" &&
    pathname === "/" &&
    `${search}${hash}` === "" &&
    isDecodable(username) &&
    isDecodable(password)
  )
}

const proxyUrl: Setting.Expected<string> = {
  schema: Schema.String.check(Schema.makeFilter(isProxyUrl)),
  expected:
    "the URL of a proxy such as http://proxy.example.com:3128 or http://user:password@proxy.example.com:3128, with " +
    "special characters in user and password percent-encoded"
}

/** The first name that is set. */
const either = Effect.fnUntraced(function* (names: ReadonlyArray<string>) {
  for (const name of names) {
    const text = yield* Setting.optional(name)
    if (Option.isSome(text)) return { name, text: text.value }
  }
  return undefined
})

/** As curl does, a URL without a scheme is taken for `http`. */
const proxy = Effect.fnUntraced(function* (names: ReadonlyArray<string>) {
  const found = yield* either(names)
  if (found === undefined) return Redacted.make("")
  const url = found.text.includes("://") ? found.text : `http://${found.text}`
  return Redacted.make(yield* Setting.decode(found.name, url, proxyUrl))
})

/** From `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`; the names in small letters win. None if there is no proxy. */
export const fromConfig: Effect.Effect<Option.Option<Proxies>, ConfigurationError> = Effect.gen(function* () {
  const https = yield* proxy(["https_proxy", "HTTPS_PROXY"])
  const http = yield* proxy(["http_proxy", "HTTP_PROXY"])
  if (Redacted.value(https) === "" && Redacted.value(http) === "") return Option.none()
  const except = yield* either(["no_proxy", "NO_PROXY"])
  return Option.some({ https, http, except: except?.text ?? "" })
})
