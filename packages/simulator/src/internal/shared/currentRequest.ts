/**
 * What the gate knows about the request that is being served: its time, its correlation id, its journal entry, and headers
 * that go onto the answer whatever the answer is. It exists only while a request is served.
 */
import * as Context from "effect/Context"
import type { OpenEntry } from "./journalBook.ts"

export interface CurrentRequest {
  /** Milliseconds since 1970, by the clock of the fiber that brought the request. */
  readonly now: number
  readonly correlationId: string
  readonly entry: OpenEntry
  readonly responseHeaders: Record<string, string>
}

// A reference, because a service would become a requirement of the layers, and what a layer is built with beats what a
// request brings.
export const CurrentRequest = Context.Reference<CurrentRequest>("@effect-genesys/simulator/internal/CurrentRequest", {
  defaultValue: () => {
    throw new Error("There is no request: only the gate starts one")
  }
})
