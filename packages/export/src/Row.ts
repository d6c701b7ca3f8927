/**
 * A conversation, a user or the like as Genesys sent it, and the moment of which it tells. Genesys gives no versions: of two rows with one
 * key the one that tells of the later moment replaces the other, never the other way round.
 */
export interface Row {
  /** What is in the field that its kind is known by, such as `conversationId`. */
  readonly key: string
  /**
   * Milliseconds since 1970, by Genesys' clock: the `dataAvailabilityDate` of a job, the moment at which a query was sent.
   */
  readonly asOf: number
  /** Every field that Genesys sent. A number that JavaScript would change is an `ExactNumber`, which `JSON.stringify` writes as it came. */
  readonly value: Readonly<Record<string, unknown>>
  /**
   * When it was first seen that it is gone, in milliseconds since 1970. A sink says so of what it holds, never a source; the value
   * is what it was last, and `asOf` the moment of the latest listing that lacks it.
   */
  readonly deletedAt?: number | undefined
}

/** Whether a row replaces the one that is there: of two that tell of the same moment, the one that was read later. */
export const replaces = (row: Pick<Row, "asOf">, present: Pick<Row, "asOf">): boolean => row.asOf >= present.asOf

/**
 * What becomes of a row that is there and did not come in a listing of all that there was at a moment (`Entry.whole`): it is marked,
 * unless it tells of a later one. The mark is a version like any other: a row that comes again, of a later moment, has none.
 */
export const missed = <R extends Pick<Row, "asOf" | "deletedAt">>(present: R, asOf: number): R =>
  asOf >= present.asOf ? { ...present, asOf, deletedAt: present.deletedAt ?? asOf } : present
