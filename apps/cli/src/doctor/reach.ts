/** Whether a host can be reached at all, without a token and without a secret: its name, the connection, and its clock. */
import * as ConnectionFailure from "@effect-genesys/core/ConnectionFailure"
import { isLoopback } from "@effect-genesys/core/Loopback"
import { UnavailableError } from "@effect-genesys/client/GenesysError"
import { nameOf, Proxies, proxyFor } from "@effect-genesys/client/Proxies"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Dns from "effect/net/Dns"
import * as NetAddress from "effect/net/NetAddress"
import * as Option from "effect/Option"
import { isIP } from "node:net"
import { ClockError } from "./CommonErrors.ts"
import * as Check from "./check.ts"

const patience = Duration.seconds(10)

const unreachable = (host: string, cause: unknown) => {
  const { advice, detail } = ConnectionFailure.explain(cause)
  return new UnavailableError({
    reason: "Connection",
    host,
    message: `${host} cannot be reached${detail === "" ? "" : ` (${detail.slice(0, 200)})`}. ${advice ?? "Check the network and the URL."}`
  })
}

const timeout = (host: string) =>
  new UnavailableError({
    reason: "Timeout",
    host,
    message: `${host} did not answer within ${Duration.format(patience)}. Check the network, the URL and HTTPS_PROXY.`
  })

/** The one that the transport uses. */
const proxyTo = (url: string) => Proxies.useSync((proxies) => proxyFor(proxies, url))

/** Looks up its name, unless somebody else does so or there is none. */
export const name = Effect.fnUntraced(function* (check: Extract<Check.CheckName, `name of ${string}`>, url: string) {
  const { hostname } = new URL(url)
  const bare = hostname.replaceAll(/[[\]]/g, "")
  if (isLoopback(hostname) || isIP(bare) !== 0) return Check.skipped(check, `${hostname} needs no look-up`)
  const proxy = yield* proxyTo(url)
  if (Option.isSome(proxy)) return Check.skipped(check, `the proxy ${nameOf(proxy.value)} looks up ${hostname}`)
  return yield* Dns.Dns.use((dns) => dns.lookup(hostname)).pipe(
    Effect.mapError((error) => unreachable(url, error)),
    Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.fail(timeout(url)) }),
    Effect.match({
      onFailure: (error) => Check.failed(check, error),
      onSuccess: ([address]) => Check.ok(check, `${hostname} is ${NetAddress.formatIp(address)}`)
    })
  )
})

export interface Reached {
  readonly check: Check.Check
  /** How many milliseconds this machine is ahead of the host, if the host tells the time. */
  readonly ahead: number | undefined
}

/** Asks for anything at all: whatever is answered, the connection stands. */
export const host = Effect.fnUntraced(function* (check: "login host" | "API host", url: string) {
  const sentAt = yield* Clock.currentTimeMillis
  const way = Option.match(yield* proxyTo(url), {
    onNone: () => "",
    onSome: (proxy) => ` through the proxy ${nameOf(proxy)}`
  })
  return yield* HttpClient.get(`${url}/`).pipe(
    Effect.mapError((error) => unreachable(url, error.reason)),
    Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.fail(timeout(url)) }),
    Effect.flatMap((response) =>
      Effect.map(Clock.currentTimeMillis, (now): Reached => {
        const date = Date.parse(response.headers["date"] ?? "")
        const speaks = url.startsWith("https:") ? "with a certificate that is trusted here" : "without encryption"
        return {
          check: Check.ok(check, `${url} answers within ${now - sentAt} ms${way}, ${speaks}`),
          // The header has whole seconds, cut off.
          ahead: Number.isNaN(date) ? undefined : (sentAt + now) / 2 - (date + 500)
        }
      })
    ),
    Effect.catch((error) => Effect.succeed<Reached>({ check: Check.failed(check, error), ahead: undefined })),
    Effect.scoped
  )
})

/** More than what a network and a header of whole seconds explain. */
const mostMillis = 30_000

export const clock = (reached: ReadonlyArray<Reached>): Check.Check => {
  const told = reached.map(({ ahead }) => ahead).filter((ahead) => ahead !== undefined)
  const worst = told.toSorted((a, b) => Math.abs(b) - Math.abs(a))[0]
  if (worst === undefined) return Check.skipped("clock", "no host has told the time")
  const seconds = Math.round(worst / 1000)
  const said = `${Math.abs(seconds)} s ${seconds < 0 ? "behind" : "ahead of"} Genesys Cloud`
  if (Math.abs(worst) <= mostMillis) return Check.ok("clock", `this machine is ${said}`)
  return Check.failed(
    "clock",
    new ClockError({ aheadSeconds: seconds, message: `The clock of this machine is ${said}. Set it right.` })
  )
}
