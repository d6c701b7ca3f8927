/** What `genesys token --watch` does: keeps a token, and shows how it lives. */
import { Policy, RefreshPolicy } from "@effect-genesys/auth/RefreshPolicy"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import type { TokenStatus } from "@effect-genesys/auth/TokenStatus"
import * as TerminalText from "@effect-genesys/program/TerminalText"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Genesys from "../calls/Genesys.ts"
import * as LiveText from "../output/LiveText.ts"
import type * as Output from "../output/Output.ts"
import * as LifeBar from "./LifeBar.ts"

const tick = Duration.seconds(1)

const states: Record<TokenStatus["state"], string> = {
  empty: "no token was asked for yet",
  ready: "ready",
  waiting: "waiting for a token",
  refused: "the credentials were refused",
  closed: "closed"
}

const at = (moment: DateTime.Utc) => DateTime.formatIso(moment).replace(/\.\d+Z$/, "Z")

/** What people see of it. @param now milliseconds since 1970 */
export const lines = (status: TokenStatus, now: number): string => {
  const { expiresAt, fingerprint, issuedAt, lastOutcome, notBefore, renewAt, renewing, state } = status
  const rows: ReadonlyArray<readonly [string, string | undefined]> = [
    ["token", `${fingerprint ?? "none"}, ${states[state]}${renewing ? ", a new one is being asked for" : ""}`],
    ["issued", issuedAt && at(issuedAt)],
    ["renewal", renewAt && at(renewAt)],
    ["expires", expiresAt && at(expiresAt)],
    [
      "life",
      issuedAt &&
        expiresAt &&
        LifeBar.draw({
          issuedAt: issuedAt.epochMilliseconds,
          expiresAt: expiresAt.epochMilliseconds,
          renewAt: renewAt?.epochMilliseconds,
          now
        })
    ],
    [
      "last request",
      lastOutcome &&
        `${lastOutcome.result} at ${at(lastOutcome.at)}${lastOutcome.message && `: ${lastOutcome.message}`}`
    ],
    ["not before", notBefore !== undefined && notBefore.epochMilliseconds > now ? at(notBefore) : undefined]
  ]
  return rows
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name.padEnd(13)} ${TerminalText.line(value)}`]))
    .join("\n")
}

const json = (status: TokenStatus) => {
  const { lastOutcome, state, renewing, fingerprint } = status
  const moment = (name: "issuedAt" | "renewAt" | "expiresAt" | "notBefore") => {
    const found = status[name]
    return found === undefined ? {} : { [name]: DateTime.formatIso(found) }
  }
  return {
    state,
    renewing,
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...moment("issuedAt"),
    ...moment("renewAt"),
    ...moment("expiresAt"),
    ...moment("notBefore"),
    ...(lastOutcome === undefined ? {} : { lastOutcome: { ...lastOutcome, at: DateTime.formatIso(lastOutcome.at) } })
  }
}

/** Until Ctrl-C. What is refused is shown, and asked for again as a service would. */
export const run = (printer: Output.Printer) =>
  Effect.gen(function* () {
    const manager = yield* TokenManager
    yield* Effect.forkScoped(Effect.ignore(manager.token))
    if (printer.asked) return yield* printer.rows(Stream.map(manager.changes, json))
    const screen = LiveText.make()
    const draw = Effect.flatMap(Effect.all([manager.status, Clock.currentTimeMillis]), ([status, now]) =>
      screen.draw(lines(status, now))
    )
    return yield* Stream.runForEach(Stream.merge(manager.changes, Stream.tick(tick)), () => draw)
  }).pipe(
    Effect.scoped,
    Effect.provide(Genesys.layerManager),
    Effect.provideService(RefreshPolicy, new Policy({ background: true }))
  )
