/** What is exported, and committed, as one unit: a UTC day of a kind, or all of it. All names of it are made here. */
import * as Schema from "effect/Schema"
import { Day } from "./Day.ts"
import type { Layout } from "./Layout.ts"

/** A kind, or one UTC day of it. */
export interface Partition {
  readonly kind: Layout
  /** Of a kind that goes by days; a conversation belongs to the UTC day of its `conversationStart`. */
  readonly day?: string | undefined
}

/** One UTC day of a kind that goes by days. */
export const ofDay = (kind: Layout & { readonly by: "day" }, day: string): Partition => ({ kind, day })
/** All of a kind that is read as a whole. */
export const whole = (kind: Layout & { readonly by: "whole" }): Partition => ({ kind })

/** Its name in a checkpoint, such as `conversations/2026-11-01` or `users`. */
export const nameOf = ({ day, kind }: Partition): string => (day === undefined ? kind.name : `${kind.name}/${day}`)

const isDay = Schema.is(Day)

/** The partition of a name of `nameOf`, if it is one of this kind. */
export const ofName = (kind: Layout, name: string): Partition | undefined => {
  if (kind.by === "whole") return name === kind.name ? { kind } : undefined
  const day = name.slice(kind.name.length + 1)
  return name === `${kind.name}/${day}` && isDay(day) ? { kind, day } : undefined
}

/** Its file, in a folder of its kind, without an extension: such as `2026-11-01` or `users`. */
export const fileOf = ({ day, kind }: Partition): string => day ?? kind.name
