/** What is so of a job that exports at the moment of the question. */
import type { Status } from "@effect-genesys/export/EventExport"
import type { RunProgress } from "@effect-genesys/export/Progress"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { JobEvents, JobProgress, JobState } from "./JobState.ts"
import type { Memory } from "./JobWork.ts"

/** What is so of an export at this moment. */
export const present = ({
  drift,
  events,
  lag,
  progress
}: Memory): Effect.Effect<Pick<JobState, "lagSeconds" | "progress" | "events" | "drift">> =>
  Effect.map(
    Effect.all([lag.current, progress.current, events.current, drift.current]),
    ([behind, run, told, other]) => ({
      ...(Option.isNone(behind) ? {} : { lagSeconds: Math.round(Duration.toSeconds(behind.value)) }),
      ...(run === undefined ? {} : { progress: progressOf(run) }),
      ...(told === undefined ? {} : { events: eventsOf(told) }),
      ...(other.length === 0 ? {} : { drift: other })
    })
  )

const moment = (name: "listeningSince" | "lastEventAt" | "writtenAt", millis: number | undefined) =>
  millis === undefined ? {} : { [name]: new Date(millis).toISOString() }

const eventsOf = ({ lastEventAt, since, writtenAt, ...counts }: Status): JobEvents => ({
  ...moment("listeningSince", since),
  ...counts,
  ...moment("lastEventAt", lastEventAt),
  ...moment("writtenAt", writtenAt)
})

const progressOf = ({ due, ended: unitsEnded, rows, units }: RunProgress): JobProgress => ({
  rows,
  unitsEnded,
  unitsDue: due,
  units: units.map(({ partition, rows: read, startedAt }) => ({
    unit: partition,
    since: new Date(startedAt).toISOString(),
    rows: read
  }))
})
