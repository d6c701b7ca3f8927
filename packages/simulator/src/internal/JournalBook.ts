/**
 * Where the journal is written: counts, and a ring of the last requests, so that memory stays bounded however long it runs.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Journal, JournalEntry } from "../Journal.ts"
import { Settings } from "./Settings.ts"

/** An entry while its request is under way. */
export type OpenEntry = { -readonly [K in keyof JournalEntry]: JournalEntry[K] }

export class JournalBook extends Context.Service<
  JournalBook,
  {
    readonly arrived: (entry: OpenEntry) => void
    readonly answered: (entry: OpenEntry, status: number) => void
    readonly issued: (entry: OpenEntry, fingerprint: string) => void
    readonly read: () => Journal
  }
>()("@effect-genesys/simulator/internal/JournalBook") {
  static readonly layer = Layer.effect(
    JournalBook,
    Effect.gen(function* () {
      const { journalSize } = yield* Settings
      const ring: Array<OpenEntry> = []
      const answers: Record<string, number> = {}
      let arrivals = 0
      let tokenRequests = 0
      let tokensIssued = 0
      let apiRequests = 0
      return JournalBook.of({
        arrived: (entry) => {
          if (entry.path === "/oauth/token") tokenRequests++
          if (entry.path.startsWith("/api/")) apiRequests++
          if (journalSize > 0) ring[arrivals % journalSize] = entry
          arrivals++
        },
        answered: (entry, status) => {
          entry.status = status
          answers[status] = (answers[status] ?? 0) + 1
        },
        issued: (entry, fingerprint) => {
          entry.tokenFingerprint = fingerprint
          tokensIssued++
        },
        read: () => {
          const oldest = ring.length < journalSize ? 0 : arrivals % journalSize
          const requests = ring.slice(oldest).concat(ring.slice(0, oldest))
          return {
            tokenRequests,
            tokensIssued,
            apiRequests,
            answers: { ...answers },
            requests: Array.from(requests, (entry) => ({ ...entry }))
          }
        }
      })
    })
  )
}
