/**
 * A list of the org as data: where it is, who may see it, how it is paged, and what is in it. The endpoint, the world and the truth are
 * made of it.
 */
import type * as Schema from "effect/Schema"

export interface Fields {
  readonly [name: string]: Schema.Json
}

/** What an item is made of: all of it is computed from the seed, the list, and the number of the item. */
export interface Making {
  readonly id: string
  readonly number: number
  /** It has another one after each change. */
  readonly name: string
  /** Counts the changes, from 1. */
  readonly version: number
  /** When it was made, and changed last. */
  readonly created: string
  readonly modified: string
  readonly division: { readonly id: string; readonly name: string }
  readonly pick: <A>(items: ReadonlyArray<A>, draw: number) => A
  /** From 0 to below `most`. */
  readonly count: (most: number, draw: number) => number
  /** The id of an item of another list, that is always there. */
  readonly of: (list: string, draw: number) => string
  readonly user: (draw: number) => string
}

export interface ListSpec {
  readonly path: `/api/v2/${string}`
  /** One of them is enough; none is needed if there are none. */
  readonly permissions: ReadonlyArray<string>
  /**
   * `number`: by numbers, with a total. `untold`: by numbers, without one. `after`: by the address of the next page. `cursor`: by
   * a cursor. `whole`: all at once, with a total. `bare`: all at once, and nothing else.
   */
  readonly paging: "number" | "untold" | "after" | "cursor" | "whole" | "bare"
  /** Rows of a page at most; more are refused. */
  readonly maxPageSize?: number
  /** How many are always there. */
  readonly base: number
  /** What they are called. */
  readonly nouns: ReadonlyArray<string>
  /** The fields beside `id` and `selfUri`. */
  readonly fields: (making: Making) => Fields
  /** Whether one is listed only if `deactivated` asks for it. */
  readonly isHidden?: (item: Fields) => boolean
}
