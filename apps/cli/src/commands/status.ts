/** `genesys status`: what is known of the token, from the cache alone. It never asks for one. */
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import type { TokenEntry } from "@effect-genesys/auth/TokenEntry"
import { TokenStore } from "@effect-genesys/auth/TokenStore"
import * as Genesys from "@effect-genesys/runtime/Genesys"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

const json = Flag.Boolean("json").pipe(Flag.withDescription("Print one JSON document"), Flag.withDefault(false))

export const status = Command.make("status", { json }, (flags) =>
  Effect.gen(function* () {
    const { loginUrl, region } = yield* Environment
    const grant = yield* Credentials.use(({ current }) => current)
    const store = yield* TokenStore
    const entry = yield* store.get({ host: loginUrl, grant })
    const shown = { region: region.name, loginUrl, clientId: grant.clientId, ...(yield* describe(entry)) }
    yield* Console.log(flags.json ? JSON.stringify(shown) : table(shown))
  }).pipe(Effect.provide(Genesys.layerStore), Effect.provide(Genesys.layerSettings))
).pipe(
  Command.withDescription(
    "Show the shared token: its fingerprint, its times and how the last request for it ended. Asks for no token."
  ),
  Command.withExamples([
    { command: "genesys status", description: "Show what the cache holds" },
    { command: "genesys status --json", description: "The same for programs" }
  ])
)

interface Shown {
  readonly state: "none" | "ready" | "expired" | "refused" | "failed"
  readonly fingerprint?: string
  readonly issuedAt?: string
  readonly expiresAt?: string
  readonly secondsLeft?: number
  readonly lastOutcome?: { readonly at: string; readonly result: string; readonly message: string }
  /** No process asks of its own accord before this. */
  readonly notBefore?: string
}

const describe = Effect.fnUntraced(function* (entry: Option.Option<TokenEntry>): Effect.fn.Return<Shown> {
  if (Option.isNone(entry)) return { state: "none" }
  const now = yield* Clock.currentTimeMillis
  const { notBefore, outcome, token } = entry.value
  const left = token === undefined ? 0 : token.expiresAt.epochMilliseconds - now
  return {
    state:
      left > 0
        ? "ready"
        : outcome.result === "AuthenticationError"
          ? "refused"
          : token === undefined
            ? "failed"
            : "expired",
    ...(token === undefined
      ? {}
      : {
          fingerprint: token.fingerprint,
          issuedAt: DateTime.formatIso(token.issuedAt),
          expiresAt: DateTime.formatIso(token.expiresAt),
          secondsLeft: Math.max(0, Math.floor(left / 1000))
        }),
    lastOutcome: { at: DateTime.formatIso(outcome.at), result: outcome.result, message: outcome.message },
    ...(notBefore === undefined || notBefore.epochMilliseconds <= now
      ? {}
      : { notBefore: DateTime.formatIso(notBefore) })
  }
})

const states: Record<Shown["state"], string> = {
  none: "no token was asked for yet",
  ready: "ready",
  expired: "expired; the next use asks for a new one",
  refused: "the credentials were refused",
  failed: "none; the last request for one failed"
}

const table = (shown: Shown & { readonly region: string; readonly loginUrl: string; readonly clientId: string }) => {
  const rows: ReadonlyArray<readonly [string, string | undefined]> = [
    ["region", `${shown.region} (${shown.loginUrl})`],
    ["client id", shown.clientId],
    ["token", states[shown.state]],
    ["fingerprint", shown.fingerprint],
    ["issued", shown.issuedAt],
    [
      "expires",
      shown.expiresAt &&
        `${shown.expiresAt}${shown.secondsLeft ? ` (in ${Duration.format(Duration.seconds(shown.secondsLeft))})` : ""}`
    ],
    ["last request", shown.lastOutcome && `${shown.lastOutcome.result} at ${shown.lastOutcome.at}`],
    ["", shown.lastOutcome?.message || undefined],
    ["not before", shown.notBefore]
  ]
  return rows
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name.padEnd(13)} ${value}`)
    .join("\n")
}
