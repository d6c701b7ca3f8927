/** The demo's counts: what the worker reports of itself, next to what the simulator saw. */
import type { Journal } from "@effect-genesys/simulator/Journal"
import type { WorkerEvent } from "./WorkerLog.ts"

export interface Tally {
  readonly calls: number
  readonly failedCalls: number
  /** Failed calls whose last answer was a 401. */
  readonly unauthorizedCalls: number
  readonly renewedAhead: number
  readonly issued: number
}

export const empty: Tally = { calls: 0, failedCalls: 0, unauthorizedCalls: 0, renewedAhead: 0, issued: 0 }

export const count = (tally: Tally, event: WorkerEvent): Tally => {
  switch (event.event) {
    case "call.done":
      return { ...tally, calls: tally.calls + 1 }
    case "call.failed":
      return {
        ...tally,
        calls: tally.calls + 1,
        failedCalls: tally.failedCalls + 1,
        unauthorizedCalls: tally.unauthorizedCalls + (event.error === "UnauthorizedError" ? 1 : 0)
      }
    case "token.renewed":
      return { ...tally, renewedAhead: tally.renewedAhead + 1, issued: tally.issued + 1 }
    case "token.issued":
      return { ...tally, issued: tally.issued + 1 }
    default:
      return tally
  }
}

/** A 401 is absorbed when the call that met it did not fail of it. */
export const summary = (tally: Tally, journal: Journal): ReadonlyArray<readonly [string, string]> => {
  const unauthorized = journal.requests.filter(({ path, status }) => status === 401 && path.startsWith("/api/")).length
  const unavailable = journal.requests.filter(({ path, status }) => status === 503 && path === "/oauth/token").length
  return [
    ["calls", String(tally.calls)],
    ["failed calls", String(tally.failedCalls)],
    ["token requests", `${journal.tokenRequests} (${unavailable} answered with 503)`],
    ["renewals", `${Math.max(0, tally.issued - 1)} (${tally.renewedAhead} ahead of time)`],
    ["401s seen", String(unauthorized)],
    ["401s absorbed", String(unauthorized - tally.unauthorizedCalls)]
  ]
}
