/**
 * Which address a channel's WebSocket may have. Whoever knows it can read the events, so it is taken with TLS to Genesys
 * Cloud or to the host of the API, and to nobody else. On loopback neither has TLS, and nor has an API that may be asked without.
 */
import type { Environment } from "@effect-genesys/auth/Environment"
import { isLoopback } from "@effect-genesys/core/Loopback"
import * as Region from "@effect-genesys/auth/Region"

const isWithin = (hostname: string, domain: string) => hostname === domain || hostname.endsWith(`.${domain}`)

/** That of the API host; where that is a gateway, Genesys Cloud's own in the region is as good. */
const domainOf = (apiHost: string, region: Region.Region) =>
  Region.domains.find((domain) => isWithin(apiHost, domain)) ?? region.domain

const isAllowed = (url: URL, { apiUrl, region }: Environment["Service"]) => {
  if (url.username !== "" || url.password !== "") return false
  const api = new URL(apiUrl)
  const { hostname: apiHost } = api
  if (isLoopback(url.hostname)) return isLoopback(apiHost) && (url.protocol === "ws:" || url.protocol === "wss:")
  if (url.protocol === "ws:") return api.protocol === "http:" && url.host === api.host
  return (
    url.protocol === "wss:" && (isWithin(url.hostname, apiHost) || isWithin(url.hostname, domainOf(apiHost, region)))
  )
}

/** What an address is that must not be asked, without its path; nothing if it may be. */
export const refusal = (connectUri: string, environment: Environment["Service"]): string | undefined => {
  if (!URL.canParse(connectUri)) return "no address"
  const url = new URL(connectUri)
  return isAllowed(url, environment) ? undefined : `${url.protocol}//${url.host}`.slice(0, 200)
}
