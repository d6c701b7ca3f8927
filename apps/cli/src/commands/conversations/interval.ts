/** Which time is asked for. */
import { Interval } from "@effect-genesys/runtime/Interval"
import * as Flag from "effect/cli/Flag"

export const interval = Flag.String("interval").pipe(
  Flag.withDescription("A day such as 2025-11-03, or from/to such as 2025-11-03/2025-11-10T12:00Z, in UTC"),
  Flag.withMetavar("from/to"),
  Flag.withSchema(Interval)
)
