/**
 * What a sink holds: for each partition, how and of which moment it was last read. It is saved together with the rows, so
 * that it never says more than is there; whatever it does not say is read again.
 */
import * as Schema from "effect/Schema"
import { Moment } from "./Moment.ts"

/** So many that have not ended are remembered of a partition by their ids. */
export const mostOpen = 200

const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

/** What a sink holds of one partition. */
export const Entry = Schema.Struct({
  /** `job` and `query` for conversations, `list` for what is read whole, such as users, `events` for what is told. */
  source: Schema.Literals(["job", "query", "list", "events"]),
  /** Everything that happened before this moment, by Genesys' clock, is in the sink, as it was known then. */
  asOf: Moment,
  /** Rows that it had at that moment, whether the last reading brought them or one before it. */
  rows: Count,
  /** How many of them had not ended. */
  running: Count,
  /** In how many parts its jobs had to ask for it, if Genesys gave not all results of fewer. */
  jobs: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThan(0))),
  /** The id of the organization that they are of; not there if it could not be told. */
  org: Schema.optionalKey(Schema.String),
  /**
   * Which ones those are, each with what it looked like: `mostOpen` of them, if there are more. What is asked for by its id is
   * asked for more cheaply than a day.
   */
  open: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  /** When they were last asked for by their ids, and looked as before. */
  askedAt: Schema.optionalKey(Moment),
  /** When it was last seen that one had ended that had not before. */
  endedAt: Schema.optionalKey(Moment),
  /** Rows that could not be told to be of it or not, and were left out: without a right id, or a start. */
  leftOut: Schema.optionalKey(Count),
  /**
   * Of a day that a query reads: of which moment it was last read as a whole. Since then, only what has happened was asked for. Not
   * there: it is read as a whole next.
   */
  wholeAt: Schema.optionalKey(Moment),
  /** The names of fields that are empty in the rows that were read, because nobody is to keep them. */
  redacted: Schema.optionalKey(Schema.Array(Schema.String)),
  /**
   * Every row that there was came, and Genesys says so: what is there and did not come is marked as deleted. Not there: rows may be
   * missing, and nothing was marked.
   */
  whole: Schema.optionalKey(Schema.Literal(true)),
  /** Of which list it is, where the settings of a job say that (its path, and a hash of the rest): two never share a place. */
  listing: Schema.optionalKey(Schema.String),
  /** Of events: how far each pattern of topics goes that was ever followed. One that is not there goes as far as `asOf`. */
  patterns: Schema.optionalKey(Schema.Record(Schema.String, Moment))
})
export type Entry = typeof Entry.Type

/** By the name of the partition. */
export const Checkpoint = Schema.Record(Schema.String, Entry)
export type Checkpoint = typeof Checkpoint.Type

/** The checkpoint of a sink that holds nothing. */
export const empty: Checkpoint = {}
