/**
 * How far each pattern of topics goes that is followed, or was once: when one that was taken out of the settings comes back, what was told
 * between is in a gap. In milliseconds since 1970.
 */
import type { Pending } from "./eventGaps.ts"
import * as Topics from "./eventTopics.ts"

/** How far a copy goes that is there. */
export interface Held {
  readonly asOf: number
  readonly listedAt: number | undefined
  /** What an earlier version has written says nothing of them: all went as far. */
  readonly patterns: Readonly<Record<string, number>> | undefined
}

export const make = (held: Held | undefined, patterns: ReadonlyArray<string>) => {
  const followed = new Set(patterns)
  /** Of those that are not followed now: until they were, and rather too early, because of topics that were not listed any more. */
  const left = Object.entries(held?.patterns ?? {}).flatMap(([pattern, asOf]) =>
    followed.has(pattern)
      ? []
      : [[pattern, Topics.isPattern(pattern) ? Math.min(asOf, held?.listedAt ?? asOf) : asOf] as const]
  )
  /** Until then, what was told of it is in the copy; undefined if nobody has ever listened to it. */
  const reached = (topic: string): number | undefined => {
    if (held?.patterns === undefined) return held?.asOf
    const found = Topics.namesOf(topic).flatMap((name) => held.patterns?.[name] ?? [])
    return found.length === 0 ? undefined : Math.max(...found)
  }
  return {
    /** What nobody was told of these before they are listened to; of those to which nobody ever has, only that it begins. */
    gapsUntil: (moment: number, topics: ReadonlyArray<string>): ReadonlyArray<Pending> =>
      [...Map.groupBy(topics, reached)].map(([from, those]) =>
        from === undefined
          ? { reason: undefined, from: moment, to: moment, topics: those }
          : { reason: "NotRunning", from, to: Math.max(from, moment), topics: those }
      ),
    /** What is to be noted. @param beganOf what of a pattern is not written yet began then */
    noted: (asOf: number, beganOf: (pattern: string) => number): Held["patterns"] =>
      Object.fromEntries([...left, ...patterns.map((pattern) => [pattern, Math.min(asOf, beganOf(pattern))] as const)])
  }
}
