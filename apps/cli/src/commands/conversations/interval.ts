/** Which time is asked for. */
import { Interval } from "@effect-genesys/runtime/Interval"
import * as Flag from "effect/cli/Flag"

export const interval = Flag.String("interval").pipe(
  Flag.withDescription("A day such as 2026-11-01, or from/to such as 2026-11-01/2026-11-08T12:00Z, in UTC"),
  Flag.withMetavar("from/to"),
  Flag.withSchema(Interval)
)
