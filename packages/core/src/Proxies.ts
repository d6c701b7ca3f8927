/**
 * Which proxy a request goes through, by the variables that curl and others use. What sends asks here, and so does what tells
 * a person the way: they cannot say different things.
 */
import { isDecodable } from "./UriText.ts"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { ConfigurationError } from "./ConfigurationError.ts"
import { isLoopback } from "./Loopback.ts"
import * as Setting from "./Setting.ts"
import * as NoProxy from "./internal/noProxy.ts"

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

const socks: Setting.Expected<string> = {
  schema: Schema.Never,
  expected:
    "the URL of an http proxy, since SOCKS is not supported: http://proxy.example.com:3128, say. To do without a proxy, unset it"
}

/** As curl does, a URL without a scheme is taken for `http`. */
const decode = (name: string, text: string): Effect.Effect<ProxyUrl, ConfigurationError> => {
  const url = text.includes("://") ? text : `http://${text}`
  const expected = /^socks\d?[a-z]?:/i.test(url) ? socks : proxyUrl
  return Effect.map(Setting.decode(name, url, expected), (decoded) => Redacted.make(decoded))
}

const proxy = Effect.fnUntraced(function* (names: ReadonlyArray<string>) {
  const found = yield* either(names)
  return found === undefined ? Option.none() : Option.some(yield* decode(found.name, found.text))
})

const all = ["all_proxy", "ALL_PROXY"]

/** Those that are read. */
export { proxyVariables as variables } from "./ProxyVariables.ts"

/** Redacted, since it may hold a user and a password. */
export type ProxyUrl = Redacted.Redacted

/** The proxies of a transport: `Transport` provides those that it uses itself. */
export class Proxies extends Context.Service<
  Proxies,
  {
    /** For `https` and `wss`. */
    readonly https: Option.Option<ProxyUrl>
    /** For `http` and `ws`. */
    readonly http: Option.Option<ProxyUrl>
    /** The hosts that are reached without them. */
    readonly except: ReadonlyArray<NoProxy.Exception>
  }
>()("@effect-genesys/core/Proxies") {
  /** Every host is reached without a proxy. */
  static readonly layerNone: Layer.Layer<Proxies> = Layer.succeed(Proxies, {
    https: Option.none(),
    http: Option.none(),
    except: []
  })

  /** Every host but this machine is reached through this one. @param setting what errors call it */
  static readonly layerUrl = (setting: string, url: string): Layer.Layer<Proxies, ConfigurationError> =>
    Layer.effect(
      Proxies,
      Effect.map(decode(setting, url), (found) => ({ https: Option.some(found), http: Option.some(found), except: [] }))
    )

  /**
   * From `HTTPS_PROXY`, `HTTP_PROXY`, and `ALL_PROXY` for a scheme that has none of its own, and `NO_PROXY`; the names in small
   * letters win. One that is set for the one scheme is not used for the other. A SOCKS proxy is a `ConfigurationError`, unless it
   * stands in `ALL_PROXY` beside an `HTTPS_PROXY`, as desktops set them: then plain `http`, which Genesys Cloud does not use, goes
   * to the host itself.
   */
  static readonly layerConfig: Layer.Layer<Proxies, ConfigurationError> = Layer.effect(
    Proxies,
    Effect.gen(function* () {
      const own = yield* proxy(["https_proxy", "HTTPS_PROXY"])
      const https = Option.isSome(own) ? own : yield* proxy(all)
      const plain = yield* proxy(["http_proxy", "HTTP_PROXY"])
      const other = Effect.orElseSucceed(proxy(all), () => Option.none<ProxyUrl>())
      const http = Option.isSome(plain) ? plain : yield* other
      const except = yield* either(["no_proxy", "NO_PROXY"])
      return { https, http, except: NoProxy.parse(except?.text ?? "") }
    })
  )
}

/**
 * The proxy that a request to this URL goes through; none if it goes to the host itself.
 *
 * - `https:` and `wss:` go through the proxy of `HTTPS_PROXY`, `http:` and `ws:` through that of `HTTP_PROXY`; what is not set is
 *   that of `ALL_PROXY`.
 * - This machine (`localhost`, `127.*.*.*`, `[::1]`) is never asked through a proxy.
 * - Neither is a host of `NO_PROXY`, whose entries stand between commas or blanks: `example.com` and `.example.com` mean that
 *   host and all below it, `*.example.com` those below it alone, and `*` every host. An address (`10.0.0.1`, `[2001:db8::1]`)
 *   means itself. Behind each may stand a port, `example.com:8443`, for that port alone. Capitals do not count, nor does a dot
 *   at the end of a name.
 */
export const proxyFor = (proxies: Proxies["Service"], url: string | URL): Option.Option<ProxyUrl> => {
  const text = String(url)
  if (!URL.canParse(text)) return Option.none()
  const asked = new URL(text)
  const found = /^(?:https|wss):$/.test(asked.protocol)
    ? proxies.https
    : /^(?:http|ws):$/.test(asked.protocol)
      ? proxies.http
      : Option.none()
  return Option.filter(found, () => !isLoopback(asked.hostname) && !NoProxy.includes(proxies.except, asked))
}

/** A proxy as a message names it: its host and port, without its user and password. */
export const nameOf = (url: ProxyUrl): string => new URL(Redacted.value(url)).host
