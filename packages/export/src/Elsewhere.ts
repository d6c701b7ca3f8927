/**
 * Units of a run that other processes read: one asks, another puts the rows of a unit beside the sink (`Staging`), and the one that
 * asked has them taken over. How the two find each other is nothing that an export knows.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { ExportError, SourceError } from "./ExportError.ts"
import * as Org from "./internal/org.ts"
import * as Partition from "./Partition.ts"
import type { Source } from "./Source.ts"
import type { Staged } from "./Staged.ts"
import { Staging } from "./Staging.ts"

/** A unit that somebody else is asked to read. */
export interface Asked {
  /** Its name in the checkpoint, such as `conversations/2026-11-01`. */
  readonly partition: string
  /** The id of the organization whose rows are meant; none if it could not be told. */
  readonly org: Option.Option<string>
  /** Told how many rows of the reading have come so far. */
  readonly came: (rows: number) => void
}

/** Whoever has units read elsewhere. */
export interface Elsewhere {
  /** How many processes read, this one among them. One that is alone reads all of its own. */
  readonly readers: Effect.Effect<number>
  /**
   * Has a unit read. None if nobody has done it, for whatever reason: then it is read here. With an error that tells of this unit
   * alone (`ExportError.isOfUnit`) it has failed.
   */
  readonly read: (unit: Asked) => Effect.Effect<Option.Option<Staged>, SourceError>
}

/** The other side: reads a unit of a source for whoever has asked. None if it is not due here, or the rows would be another organization's. */
export const read = Effect.fn("Elsewhere.read")(function* (
  source: Source,
  { came, org: wanted, partition: name }: Asked
): Effect.fn.Return<Option.Option<Staged>, ExportError, Staging> {
  const staging = yield* Staging
  const org = yield* source.org
  if (Option.getOrUndefined(org) !== Option.getOrUndefined(wanted)) return Option.none()
  const held = yield* staging.checkpoint
  const { units } = yield* source.plan(held)
  const unit = units.find(({ partition }) => Partition.nameOf(partition) === name)
  // Time has passed since it was asked for: of what is not read as a whole any more, the rows would be counted wrong.
  if (unit?.portable !== true) return Option.none()
  const { entry, rows } = yield* unit.read
  let count = 0
  const counted = Stream.mapArray(rows, (chunk) => {
    count += chunk.length
    came(count)
    return chunk
  })
  const noted = Org.noted(entry, org, Org.heldIn(held))
  return Option.some(yield* staging.put({ partition: unit.partition, rows: counted, entry: noted }))
})
