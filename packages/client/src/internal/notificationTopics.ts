/** The topics of one channel at a time: which are wanted, which of them the channel has, and which Genesys refuses. */
import * as DateTime from "effect/DateTime"
import type * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import { type FollowedEvent, Joined, Refused } from "../NotificationEvent.ts"
import { lacking, type Subscription } from "./notificationChannels.ts"

export interface Topics {
  /** What the next channel is asked for. */
  readonly wanted: () => ReadonlyArray<string>
  /** What is told. */
  readonly told: () => ReadonlyArray<string>
  /** Wanted, and on no channel yet. */
  readonly fresh: () => ReadonlyArray<string>
  /** Waits until there is something fresh. */
  readonly isFresh: Effect.Effect<void>
  /** On the channel, or soon: also what is not wanted any more, until the channel is replaced. */
  readonly size: () => number
  readonly add: (topics: Iterable<string>) => void
  /** What is in the set is wanted no more. */
  readonly keep: (topics: ReadonlySet<string>) => void
  /** A channel was asked for these at that moment. @param isWhole and has no others */
  readonly asked: (
    topics: ReadonlyArray<string>,
    rejected: ReadonlyArray<Subscription>,
    at: number,
    isWhole: boolean
  ) => void
}

/** @param first those that nobody is told of when they are subscribed */
export const make = (first: Iterable<string>, offer: (event: FollowedEvent) => void): Topics => {
  const wanted = new Set(first)
  const fresh = new Set<string>()
  let onChannel = new Set<string>()
  let refused: ReadonlySet<string> = new Set()
  const latch = Latch.makeUnsafe(false)
  const settle = () => (fresh.size === 0 ? latch.closeUnsafe() : latch.openUnsafe())

  return {
    wanted: () => [...wanted],
    told: () => [...wanted].filter((topic) => !fresh.has(topic) && !refused.has(topic)),
    fresh: () => [...fresh],
    isFresh: latch.await,
    size: () => new Set([...wanted, ...onChannel]).size,
    add: (topics) => {
      for (const topic of topics) {
        if (wanted.has(topic)) continue
        wanted.add(topic)
        fresh.add(topic)
      }
      settle()
    },
    keep: (topics) => {
      for (const topic of wanted) {
        if (topics.has(topic)) continue
        wanted.delete(topic)
        fresh.delete(topic)
      }
      settle()
    },
    asked: (topics, rejected, millis, isWhole) => {
      const at = DateTime.makeUnsafe(millis)
      const now = new Set(rejected.flatMap(({ id }) => (id === undefined ? [] : [id])))
      const came = topics.filter((topic) => (fresh.has(topic) || refused.has(topic)) && !now.has(topic))
      const went = rejected.filter(({ id }) => id !== undefined && !refused.has(id))
      onChannel = new Set([...(isWhole ? [] : onChannel), ...topics])
      refused = isWhole ? now : new Set([...refused, ...now])
      for (const topic of topics) fresh.delete(topic)
      settle()
      if (came.length > 0) offer(new Joined({ topics: came, at }))
      if (went.length > 0)
        offer(new Refused({ topics: went.flatMap(({ id = "" }) => [id]), permissions: lacking(went), at }))
    }
  }
}
