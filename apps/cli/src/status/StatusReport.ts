/** What is known of the settings and of the shared token, without asking for one. It names a token by its fingerprint. */
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import type { TokenEntry } from "@effect-genesys/auth/TokenEntry"
import { TokenStore } from "@effect-genesys/auth/TokenStore"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { ActiveSettings, type Source } from "@effect-genesys/program/ActiveSettings"
import * as BudgetNote from "../calls/BudgetNote.ts"

export interface Setting {
  readonly value: string
  readonly source: Source
}

/** Where each setting comes from. Of the secret only that is told. */
export interface SettingsReport {
  readonly region: string
  readonly loginUrl: string
  readonly clientId: string
  readonly settings: {
    readonly profile?: Setting
    readonly region: Setting
    readonly loginUrl: Setting
    readonly apiUrl: Setting
    readonly clientId: Setting
    readonly clientSecret: { readonly source: Source }
  }
}

export interface TokenReport {
  readonly state: "none" | "ready" | "expired" | "refused" | "failed"
  readonly fingerprint?: string
  readonly issuedAt?: string
  readonly expiresAt?: string
  readonly secondsLeft?: number
  readonly lastOutcome?: { readonly at: string; readonly result: string; readonly message: string }
  /** No process asks of its own accord before this. */
  readonly notBefore?: string
}

/** What a kind of calls has left, as far as programs on this machine were told. */
export interface RateLimit {
  readonly used: number
  readonly allowed: number
  /** Zero if no window is open. */
  readonly resetSeconds: number
}

export interface RateReport {
  /** The limit that all calls share which have none of their own. Absent if no call was made with this token. */
  readonly rateLimit?: RateLimit
  /** By the first word of their paths, such as `analytics`. */
  readonly rateLimits?: Readonly<Record<string, RateLimit>>
}

const shared = "*"

/** Asks nobody: it is what was written down. */
export const rates = Effect.fnUntraced(function* (fingerprint: string | undefined) {
  const budgets = fingerprint === undefined ? [] : yield* BudgetNote.read(fingerprint)
  const now = yield* Clock.currentTimeMillis
  const limits = budgets.map(({ allowed, kind, resetAt = now, used }) => {
    const limit: RateLimit = { used, allowed, resetSeconds: Math.ceil((resetAt - now) / 1000) }
    return [kind, limit] as const
  })
  const found = Object.fromEntries(limits.filter(([kind]) => kind !== shared))
  const common = limits.find(([kind]) => kind === shared)
  const report: RateReport = {
    ...(common === undefined ? {} : { rateLimit: common[1] }),
    ...(Object.keys(found).length === 0 ? {} : { rateLimits: found })
  }
  return report
})

/** The entry of the store as it is now. */
export const entry = Effect.gen(function* () {
  const { loginUrl } = yield* Environment
  const grant = yield* Credentials.use(({ current }) => current)
  const store = yield* TokenStore
  return yield* store.get({ host: loginUrl, grant })
})

export const settings = Effect.gen(function* () {
  const { apiUrl, loginUrl, region } = yield* Environment
  const { clientId } = yield* Credentials.use(({ current }) => current)
  const { profile, secretIn, sources } = yield* ActiveSettings
  return {
    region: region.name,
    loginUrl,
    clientId,
    settings: {
      ...Option.match(profile, {
        onNone: () => ({}),
        onSome: ({ name, source }) => ({ profile: { value: name, source } })
      }),
      region: { value: region.name, source: sources.region },
      loginUrl: { value: loginUrl, source: sources.loginUrl },
      apiUrl: { value: apiUrl, source: sources.apiUrl },
      clientId: { value: clientId, source: sources.clientId },
      clientSecret: {
        source: Option.match(secretIn, {
          onNone: () => sources.clientSecret,
          onSome: (place) => `${sources.clientSecret}, ${place}`
        })
      }
    }
  } satisfies SettingsReport
})

export const token = Effect.fnUntraced(function* (known: Option.Option<TokenEntry>): Effect.fn.Return<TokenReport> {
  if (Option.isNone(known)) return { state: "none" }
  const now = yield* Clock.currentTimeMillis
  const { notBefore, outcome, token: held } = known.value
  const left = held === undefined ? 0 : held.expiresAt.epochMilliseconds - now
  return {
    state:
      left > 0
        ? "ready"
        : outcome.result === "AuthenticationError"
          ? "refused"
          : held === undefined
            ? "failed"
            : "expired",
    ...(held === undefined
      ? {}
      : {
          fingerprint: held.fingerprint,
          issuedAt: DateTime.formatIso(held.issuedAt),
          expiresAt: DateTime.formatIso(held.expiresAt),
          secondsLeft: Math.max(0, Math.floor(left / 1000))
        }),
    lastOutcome: { at: DateTime.formatIso(outcome.at), result: outcome.result, message: outcome.message },
    ...(notBefore === undefined || notBefore.epochMilliseconds <= now
      ? {}
      : { notBefore: DateTime.formatIso(notBefore) })
  }
})
