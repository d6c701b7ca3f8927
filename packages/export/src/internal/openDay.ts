/** How a day that is not over is read, by the query: what has happened since it was read last, or all of it. */
import type { ConversationDetails } from "@effect-genesys/client/ConversationDetails"
import type * as Arr from "effect/Array"
import * as Stream from "effect/Stream"
import type { Entry } from "../Checkpoint.ts"
import * as Day from "../Day.ts"
import type { GenesysTime } from "../GenesysTime.ts"
import * as Plan from "../Plan.ts"
import type * as Source from "../Source.ts"
import { conversations as layout } from "./kinds/conversations.ts"
import * as Reading from "./reading.ts"

interface Options {
  readonly details: ConversationDetails["Service"]
  readonly pageSize: number
  readonly lookAhead: number
}

interface Known {
  readonly previous: Entry | undefined
  /** For the jobs that come later. */
  readonly split: number | undefined
}

const iso = (millis: number) => new Date(millis).toISOString()

export const make =
  ({ details, lookAhead, pageSize }: Options) =>
  (day: string, { previous, split }: Known, { available, now }: GenesysTime): Source.Reading => {
    // Rows of the last minute may still be missing.
    const asOf = now - Plan.settling
    const end = Math.min(Day.end(day), asOf)
    const from = Plan.goesOnFrom(previous, day, now)
    // What has started from this end on is counted by the next reading, to which it comes for sure.
    const accepts = Reading.startedIn(Day.start(day), end)
    const startedSince = Reading.startedIn(previous?.asOf ?? Number.NEGATIVE_INFINITY, end)
    return Reading.make({
      batches: details
        .queryAllRaw({
          interval: `${iso(from ?? Day.start(day))}/${iso(end)}`,
          lookAhead,
          pageSize: Math.min(100, pageSize)
        })
        .pipe(Stream.mapArray((values): Arr.NonEmptyReadonlyArray<Reading.Batch> => [{ accepts, asOf: now, values }])),
      key: layout.key,
      isRunning: Reading.isRunning,
      source: "query",
      asOf,
      fallback: available,
      jobs: () => split,
      previous,
      isNew: from === undefined ? undefined : (value) => startedSince(value) === true,
      wholeAt: from === undefined ? asOf : previous?.wholeAt
    })
  }
