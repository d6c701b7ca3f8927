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
}

/** Whether a row replaces the one that is there: of two that tell of the same moment, the one that was read later. */
export const replaces = (row: Pick<Row, "asOf">, present: Pick<Row, "asOf">): boolean => row.asOf >= present.asOf
