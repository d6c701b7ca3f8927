/**
 * How far the data lake is behind: jobs see the world as it was at `availableAt`, which moves on in steps.
 */
import type { Settings } from "../shared/settings.ts"

/** The `dataAvailabilityDate` at this moment, both in milliseconds since 1970. */
export const availableAt = ({ dataLag, dataLagStep }: Settings["Service"], now: number): number => {
  const step = dataLagStep * 1000
  return Math.floor((now - dataLag * 1000) / step) * step
}
