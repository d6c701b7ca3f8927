/**
 * The base URL of a host that a secret or a token goes to: `https`, or plain `http` to loopback and to hosts that
 * `GENESYS_CLOUD_ALLOW_HTTP` names. Who runs a program says so, and no file that only says where a host is.
 */
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import { isLoopback } from "@effect-genesys/core/Loopback"
import { settingNames } from "@effect-genesys/core/SettingNames"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as PlainHosts from "./plainHosts.ts"

const hasForm = (text: string): boolean => {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") return false
  return url.protocol === "https:" || url.protocol === "http:"
}

/** By its form: whether it may be `http` is asked when it is to be used. So a file stays readable when that is not allowed any more. */
export const HostUrl = Schema.String.check(
  Schema.makeFilter(hasForm, {
    expected: "an https URL",
    toJsonSchema: () => [{ pattern: "^https?://" }, true]
  })
)

export const expected =
  "an https URL such as https://login.mypurecloud.com (plain http only for loopback hosts, and for those that " +
  `${settingNames.allowHttp} in the environment names)`

/** What was warned of, once by a program. */
const warned = new Set<string>()

const warn = (host: string) =>
  Effect.suspend(() => {
    if (warned.has(host)) return Effect.void
    warned.add(host)
    return Effect.logWarning(
      `${settingNames.allowHttp} permits plain http to ${host}: whoever is on the way there can read secrets, tokens and answers`
    )
  })

const isPlain = (url: URL) => url.protocol === "http:" && !isLoopback(url.hostname)

/** Those of these URLs that are reached without encryption because somebody permits it, as that setting names them. */
export const plainHosts = (...urls: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...new Set(
    urls
      .map((text) => new URL(text))
      .filter(isPlain)
      .map(PlainHosts.nameOf)
  )
]

/** Paths are appended to it: without a slash at its end, and in the one spelling in which it was judged. */
const baseOf = ({ origin, pathname }: URL): string => origin + pathname.replace(/(?<!\/)\/+$/, "")

/** How the environment is asked for `GENESYS_CLOUD_ALLOW_HTTP`. */
export type Allowed = Effect.Effect<Option.Option<string>, ConfigurationError>

/** The URL, if requests may go there. @param setting what an error calls it */
export const decode = Effect.fnUntraced(function* (
  setting: string,
  text: unknown,
  allowed: Allowed
): Effect.fn.Return<string, ConfigurationError> {
  const wrong = new ConfigurationError({ setting, message: `${setting} is not valid: it must be ${expected}.` })
  const url = Option.map(Schema.decodeUnknownOption(HostUrl)(text), (found) => new URL(found))
  if (Option.isNone(url)) return yield* wrong
  if (isPlain(url.value)) {
    const found = yield* allowed
    const hosts = Option.isNone(found) ? [] : yield* PlainHosts.decode(found.value)
    if (!PlainHosts.includes(hosts, url.value)) return yield* wrong
    yield* warn(PlainHosts.nameOf(url.value))
  }
  return baseOf(url.value)
})
