/**
 * What can be done to a simulator from outside: by the methods of `Simulator` and, the same, over HTTP below `/_control/`.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Fault } from "../../Fault.ts"
import type { Limits, LimitsChange } from "../../Limits.ts"
import type { Journal } from "../../Journal.ts"
import { type ClientChange, UnknownClientError } from "../../OAuthClient.ts"
import { Channels } from "../notifications/channels.ts"
import { Clients } from "../login/clients.ts"
import { FaultTable } from "./faultTable.ts"
import { Grants } from "../login/grants.ts"
import { type Change, Lists } from "../lists/lists.ts"
import { JournalBook } from "../shared/journalBook.ts"
import { LimitBook } from "../shared/limitBook.ts"
import { SimulatorClock } from "../shared/simulatorClock.ts"
import { Tokens } from "../login/tokens.ts"

export class Control extends Context.Service<
  Control,
  {
    readonly revokeTokens: Effect.Effect<number>
    readonly addFault: (fault: Fault) => Effect.Effect<string>
    /** Whether there was such a fault. */
    readonly removeFault: (id: string) => Effect.Effect<boolean>
    readonly clearFaults: Effect.Effect<void>
    readonly updateClient: (id: string, change: ClientChange) => Effect.Effect<void, UnknownClientError>
    readonly journal: Effect.Effect<Journal>
    readonly clearJournal: Effect.Effect<void>
    /** Milliseconds since 1970. */
    readonly now: Effect.Effect<number>
    readonly advanceClock: (seconds: number) => Effect.Effect<void>
    readonly setLimits: (change: LimitsChange) => Effect.Effect<Limits>
    readonly closeSockets: (afterSeconds: number) => Effect.Effect<void>
    readonly changeItem: (id: string, change: Change) => Effect.Effect<void>
  }
>()("@effect-genesys/simulator/internal/Control") {
  static readonly layer = Layer.effect(
    Control,
    Effect.gen(function* () {
      const channels = yield* Channels
      const clients = yield* Clients
      const clock = yield* SimulatorClock
      const faults = yield* FaultTable
      const grants = yield* Grants
      const journal = yield* JournalBook
      const limits = yield* LimitBook
      const lists = yield* Lists
      const tokens = yield* Tokens
      const find = (id: string) => {
        const client = clients.find(id)
        return client === undefined
          ? Effect.fail(new UnknownClientError({ message: `There is no OAuth client ${id}.`, clientId: id }))
          : Effect.succeed(client)
      }
      return Control.of({
        revokeTokens: Effect.map(clock.now, (now) => tokens.revokeAll(now)),
        addFault: (fault) => Effect.map(clock.now, (now) => faults.add(fault, now)),
        removeFault: (id) => Effect.sync(() => faults.remove(id)),
        clearFaults: Effect.sync(faults.clear),
        updateClient: Effect.fnUntraced(function* (id, change) {
          const client = yield* find(id)
          clients.change(client, change)
          if (client.state === "active") return
          grants.drop(client)
          tokens.revokeAll(yield* clock.now, client)
        }),
        journal: Effect.sync(journal.read),
        clearJournal: Effect.sync(journal.clear),
        now: clock.now,
        advanceClock: clock.advance,
        setLimits: (change) => Effect.sync(() => limits.change(change)),
        changeItem: (id, change) => Effect.sync(() => lists.change(id, change)),
        closeSockets: (afterSeconds) => Effect.sync(() => channels.closeSockets(afterSeconds))
      })
    })
  )
}
