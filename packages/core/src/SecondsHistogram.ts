/** Times as those who look at metrics expect them: in seconds, in a dozen buckets from what a machine takes to what a person waits. */
import * as Metric from "effect/Metric"

/** The last bucket, of all that took longer, is made by whoever shows them. */
const boundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 15, 60]

/**
 * A histogram of times in seconds.
 *
 * @param name ends with `_seconds`
 */
export const make = (
  name: `${string}_seconds`,
  description: string,
  attributes: Readonly<Record<string, string>> = {}
): Metric.Histogram<number> => Metric.histogram(name, { description, boundaries, attributes })
