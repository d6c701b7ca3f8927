/**
 * Where the journal is written: counts, and rings of the last requests, tokens and rate windows.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { IssuedToken, Journal, JournalEntry, RateWindow } from "../../Journal.ts"
import * as Ring from "./ring.ts"
import { Settings } from "./settings.ts"

/** An entry while its request is under way. */
export type OpenEntry = { -readonly [K in keyof JournalEntry]: JournalEntry[K] }

/** A call that met a rate limit, after it was counted. */
export interface LimitedCall extends Omit<RateWindow, "refused"> {
  /** Whether it was one too many. */
  readonly refused: boolean
}

interface OpenWindow extends RateWindow {
  count: number
  allowed: number
  resets: number
  refused: number
}

const zero = () => ({ tokenRequests: 0, tokensIssued: 0, apiRequests: 0 })

export class JournalBook extends Context.Service<
  JournalBook,
  {
    readonly arrived: (entry: OpenEntry) => void
    readonly answered: (entry: OpenEntry, status: number) => void
    readonly issued: (entry: OpenEntry, token: IssuedToken) => void
    readonly limited: (call: LimitedCall) => void
    readonly read: () => Journal
    /** Requests that are under way are gone from it too. */
    readonly clear: () => void
  }
>()("@effect-genesys/simulator/internal/JournalBook") {
  static readonly layer = Layer.effect(
    JournalBook,
    Effect.gen(function* () {
      const { journalSize } = yield* Settings
      const requests = Ring.make<OpenEntry>(journalSize)
      const tokens = Ring.make<IssuedToken>(journalSize)
      const windows = Ring.make<OpenWindow>(journalSize)
      /** The newest window of each token, for as many tokens as the ring is long. */
      const newest = new Map<string, OpenWindow>()
      let counts = zero()
      let answers: Record<string, number> = {}

      const windowOf = ({ allowed, count, fingerprint, opened, resets }: LimitedCall): OpenWindow => {
        const known = newest.get(fingerprint)
        if (known?.opened === opened) return known
        const window = { fingerprint, opened, resets, count, allowed, refused: 0 }
        windows.add(window)
        newest.delete(fingerprint)
        newest.set(fingerprint, window)
        if (newest.size > Math.max(1, journalSize)) newest.delete(newest.keys().next().value ?? "")
        return window
      }

      return JournalBook.of({
        arrived: (entry) => {
          if (entry.path === "/oauth/token") counts.tokenRequests++
          if (entry.path.startsWith("/api/")) counts.apiRequests++
          requests.add(entry)
        },
        answered: (entry, status) => {
          entry.status = status
          answers[status] = (answers[status] ?? 0) + 1
        },
        issued: (entry, token) => {
          entry.tokenFingerprint = token.fingerprint
          counts.tokensIssued++
          tokens.add(token)
        },
        limited: (call) => {
          const window = windowOf(call)
          window.count = call.count
          window.allowed = call.allowed
          window.resets = call.resets
          if (call.refused) window.refused++
        },
        read: () => ({
          ...counts,
          answers: { ...answers },
          requests: Array.from(requests.read(), (entry) => ({ ...entry })),
          tokens: tokens.read(),
          rateWindows: Array.from(windows.read(), (window) => ({ ...window }))
        }),
        clear: () => {
          counts = zero()
          answers = {}
          newest.clear()
          for (const ring of [requests, tokens, windows]) ring.clear()
        }
      })
    })
  )
}
