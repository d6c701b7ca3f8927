/** All users of the organization, on every run, page by page. Users that are not listed any more stay in the sink. */
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import { Users } from "@effect-genesys/client/Users"
import type * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as GenesysTime from "./GenesysTime.ts"
import { type states, users as layout } from "./internal/kinds/users.ts"
import * as Org from "./internal/org.ts"
import * as Reading from "./internal/reading.ts"
import * as Partition from "./Partition.ts"
import type { Measure, Source, Unit } from "./Source.ts"

/** Which users, and how they are asked for. */
export interface UserOptions {
  /** @default any: deleted ones too, with their state */
  readonly state?: (typeof states)[number] | undefined
  /** Fields to add, such as `skills`: done with best effort, says Genesys. */
  readonly expand?: ReadonlyArray<string> | undefined
  /** Pages that are asked for at the same time. @default 4 */
  readonly lookAhead?: number | undefined
}

const partition = Partition.whole(layout)
const name = Partition.nameOf(partition)

/** How far a copy of users is behind, without asking Genesys. */
export const measure = (): Measure => ({
  kind: layout,
  // Without any users, everything is missing.
  lag: (checkpoint, available, known) => Math.max(0, available - (checkpoint[name]?.asOf ?? known))
})

/** The source of users. */
export const make = (options: UserOptions = {}): Effect.Effect<Source, never, Users | GenesysClient> =>
  Effect.gen(function* () {
    const users = yield* Users
    const client = yield* GenesysClient
    const time = Effect.provideService(GenesysTime.ofUsers, GenesysClient, client)
    const { expand, lookAhead = 4, state = "any" } = options

    const unit: Unit = {
      partition,
      read: Effect.map(time, (now) =>
        Reading.make({
          batches: users.listAllRaw({ state, expand, lookAhead }).pipe(
            // No later run will have them either.
            Stream.catchTag("IncompleteError", (error) =>
              Stream.fromEffectDrain(
                Effect.logWarning("users are missing: Genesys does not list them").pipe(
                  Effect.annotateLogs({
                    event: "export.incomplete",
                    rows: error.rows,
                    total: error.total,
                    reason: error.message
                  })
                )
              )
            ),
            Stream.mapArray((values): Arr.NonEmptyReadonlyArray<Reading.Batch> => [
              { accepts: () => true, asOf: now, values }
            ])
          ),
          key: layout.key,
          isRunning: () => false,
          source: "list",
          asOf: now,
          fallback: now,
          previous: undefined
        })
      )
    }
    return {
      ...measure(),
      org: Effect.provideService(Org.id, GenesysClient, client),
      plan: () =>
        Effect.map(time, (now) => ({
          units: [unit],
          available: now
        }))
    }
  })
