/**
 * Who may read how a worker is: no web page, and nobody who asks by a name that is not the worker's. A page elsewhere can have its
 * own name lead to this machine, but its browser still says that name.
 */
import { isLoopback } from "@effect-genesys/core/Loopback"
import type * as Headers from "effect/http/Headers"
import { isIP } from "node:net"
import type { Http } from "../settings/WorkerSettings.ts"

export interface Refusal {
  readonly status: 403 | 421
  readonly text: string
}

/** Whether an address to listen on is reached from this machine alone. */
export const isOfThisMachine = (host: string): boolean => host === "::1" || isLoopback(host.toLowerCase())

/** The name or the address of a `Host` header, without the port. */
const nameOf = (header: string | undefined): string | undefined =>
  /^(\[[\da-f:.]+\]|[^\s:/?#@[\]]+)(?::\d+)?$/i.exec(header ?? "")?.[1]?.toLowerCase()

const isOurs = ({ host = "127.0.0.1", hosts = [] }: Http, name: string | undefined): boolean => {
  if (name === undefined) return false
  if (isLoopback(name) || hosts.some((one) => one.toLowerCase() === name)) return true
  // An address is no name that leads somewhere else.
  return !isOfThisMachine(host) && (name === host.toLowerCase() || isIP(name.replaceAll(/[[\]]/g, "")) !== 0)
}

const isOfPage = (headers: Headers.Headers) =>
  headers["origin"] !== undefined || !["none", "same-origin"].includes(headers["sec-fetch-site"] ?? "none")

/** Why this is not for whoever asks, if it is not. */
export const judge = (http: Http, headers: Headers.Headers): Refusal | undefined => {
  if (!isOurs(http, nameOf(headers["host"]))) {
    return {
      status: 421,
      text: "The worker does not know this name as its own. Ask it by its address, or add the name to http.hosts of its settings file or to GENESYS_WORKER_HOSTS.\n"
    }
  }
  return isOfPage(headers) ? { status: 403, text: "This is not for other web pages.\n" } : undefined
}
