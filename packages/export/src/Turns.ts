/**
 * Whose turn it is: what has failed goes behind whatever has not failed since, so that units that Genesys never gives keep no
 * other one waiting, however early a run ends because of them. It is kept for all runs of an export.
 */
import type { Partition } from "./Partition.ts"
import * as PartitionName from "./Partition.ts"

/** The order in which units come. */
export interface Turns {
  /** As they came, but those that have failed at the end, and first what failed longest ago. */
  readonly inOrder: <A extends { readonly partition: Partition }>(units: ReadonlyArray<A>) => ReadonlyArray<A>
  readonly ended: (partition: Partition, hasFailed: boolean) => void
}

/** A new order, in which nothing has failed. */
export const make = (): Turns => {
  /** In the order in which they failed last. */
  const failed = new Set<string>()
  const isFailed = ({ partition }: { readonly partition: Partition }) => failed.has(PartitionName.nameOf(partition))
  return {
    inOrder: (units) => [
      ...units.filter((unit) => !isFailed(unit)),
      ...[...failed].flatMap((name) => units.filter(({ partition }) => PartitionName.nameOf(partition) === name))
    ],
    ended: (partition, hasFailed) => {
      const name = PartitionName.nameOf(partition)
      failed.delete(name)
      if (hasFailed) failed.add(name)
    }
  }
}
