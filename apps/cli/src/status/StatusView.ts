/** What `genesys status` shows to people. */
import type { RateLimit, RateReport, SettingsReport, TokenReport } from "./StatusReport.ts"
import * as TerminalText from "@effect-genesys/program/TerminalText"
import type { ApiReport } from "./TokenCheck.ts"
import * as Duration from "effect/Duration"
import * as LifeBar from "../token/LifeBar.ts"

export type Shown = SettingsReport & TokenReport & RateReport & Partial<ApiReport>

const states: Record<TokenReport["state"], string> = {
  none: "no token was asked for yet",
  ready: "ready",
  expired: "expired; the next use asks for a new one",
  refused: "the credentials were refused",
  failed: "none; the last request for one failed"
}

const inWords = (seconds: number) => Duration.format(Duration.seconds(seconds))

const from = (value: string, source: string) => `${value.padEnd(38)} (${source})`

const limit = ({ allowed, resetSeconds, used }: RateLimit) =>
  `${used} of ${allowed} calls used${resetSeconds > 0 ? `, for another ${inWords(resetSeconds)}` : ""}`

/** As far as it is known: a stored token does not say when it will be renewed. */
const lifeOf = ({ expiresAt, issuedAt, secondsLeft = 0 }: Shown) => {
  if (issuedAt === undefined || expiresAt === undefined) return undefined
  const end = Date.parse(expiresAt)
  return LifeBar.draw({ issuedAt: Date.parse(issuedAt), expiresAt: end, now: end - secondsLeft * 1_000 })
}

export const table = (shown: Shown): string => {
  const { settings } = shown
  const rows: ReadonlyArray<readonly [string, string | undefined]> = [
    ["profile", settings.profile && from(settings.profile.value, settings.profile.source)],
    ["region", from(settings.region.value, settings.region.source)],
    ["login URL", from(settings.loginUrl.value, settings.loginUrl.source)],
    ["API URL", from(settings.apiUrl.value, settings.apiUrl.source)],
    ["client id", from(settings.clientId.value, settings.clientId.source)],
    ["secret", from("not shown", settings.clientSecret.source)],
    ["token", states[shown.state]],
    ["fingerprint", shown.fingerprint],
    ["issued", shown.issuedAt],
    [
      "expires",
      shown.expiresAt && `${shown.expiresAt}${shown.secondsLeft ? ` (in ${inWords(shown.secondsLeft)})` : ""}`
    ],
    ["life", lifeOf(shown)],
    ["last request", shown.lastOutcome && `${shown.lastOutcome.result} at ${shown.lastOutcome.at}`],
    ["", shown.lastOutcome?.message || undefined],
    ["not before", shown.notBefore],
    ["API", shown.api],
    [
      "rate limit",
      shown.rateLimit
        ? limit(shown.rateLimit)
        : shown.api === undefined
          ? "no call was made with this token here; --check asks, with one call"
          : "the answer does not say"
    ],
    ...Object.entries(shown.rateLimits ?? {}).map(([kind, found]) => ["", `${kind}: ${limit(found)}`] as const)
  ]
  return rows
    .filter(([, value]) => value !== undefined)
    .map(([name, value = ""]) => `${name.padEnd(13)} ${TerminalText.line(value)}`)
    .join("\n")
}
