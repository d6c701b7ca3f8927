/** Which time is asked for. */
import * as Flag from "effect/cli/Flag"
import { Interval } from "../../conversations/Interval.ts"

export const interval = Flag.String("interval").pipe(
  Flag.withDescription("A day such as 2025-11-03, or from/to such as 2025-11-03/2025-11-10T12:00Z, in UTC"),
  Flag.withMetavar("from/to"),
  Flag.withSchema(Interval)
)
