/** A copy that tells of a moment that has not come: a clock was wrong once. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Checkpoint } from "../Checkpoint.ts"
import type { Measure } from "../Source.ts"

/** A clock may be so wrong that nobody needs to hear of it. */
const negligible = Duration.toMillis(Duration.hours(1))

/** What tells of a moment that has not come is not replaced by what is read now: that must not go unseen. */
export const told = ({ kind }: Measure, held: Checkpoint, available: number) => {
  const { asOf } = held[kind.name] ?? { asOf: 0 }
  if (kind.by !== "whole" || asOf <= available + negligible) return Effect.void
  const until = new Date(asOf).toISOString()
  return Effect.logWarning(
    `what is there of ${kind.name} tells of a moment that has not come, and stays as it is until then: a clock was wrong, of Genesys or of what stands before it; remove these rows (their as_of is later than now), and ${kind.name} out of the checkpoint`
  ).pipe(Effect.annotateLogs({ event: "export.future", partition: kind.name, until }))
}
