/**
 * What can be done to a simulator from outside: by the methods of `Simulator` and, the same, over HTTP below `/_control/`.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Fault } from "../Fault.ts"
import type { Journal } from "../Journal.ts"
import { type ClientChange, UnknownClientError } from "../OAuthClient.ts"
import { Clients } from "./Clients.ts"
import { FaultTable } from "./FaultTable.ts"
import { JournalBook } from "./JournalBook.ts"
import { Tokens } from "./Tokens.ts"

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
  }
>()("@effect-genesys/simulator/internal/Control") {
  static readonly layer = Layer.effect(
    Control,
    Effect.gen(function* () {
      const clients = yield* Clients
      const faults = yield* FaultTable
      const journal = yield* JournalBook
      const tokens = yield* Tokens
      const find = (id: string) => {
        const client = clients.find(id)
        return client === undefined
          ? Effect.fail(new UnknownClientError({ message: `There is no OAuth client ${id}.`, clientId: id }))
          : Effect.succeed(client)
      }
      return Control.of({
        revokeTokens: Effect.map(Clock.currentTimeMillis, (now) => tokens.revokeAll(now)),
        addFault: (fault) => Effect.map(Clock.currentTimeMillis, (now) => faults.add(fault, now)),
        removeFault: (id) => Effect.sync(() => faults.remove(id)),
        clearFaults: Effect.sync(faults.clear),
        updateClient: Effect.fnUntraced(function* (id, change) {
          const client = yield* find(id)
          clients.change(client, change)
          if (change.state === "disabled") tokens.revokeAll(yield* Clock.currentTimeMillis, client)
        }),
        journal: Effect.sync(journal.read)
      })
    })
  )
}
