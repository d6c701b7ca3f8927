/**
 * What waits for the consumer of a stream: a bounded buffer that never blocks whoever reads the WebSockets. What does not fit
 * is counted as one `Overflow` gap, which follows what did fit.
 */
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import { type Event, type FollowedEvent, Gap } from "../NotificationEvent.ts"

export interface Buffer<E> {
  /** @param length of the text that it was made of, in characters */
  readonly offer: (event: FollowedEvent, length?: number) => void
  /** What is there is still taken; then the stream ends so. */
  readonly end: (cause: Cause.Cause<E>) => void
  /** All that waits, once there is something. */
  readonly take: Effect.Effect<Arr.NonEmptyReadonlyArray<FollowedEvent>, E>
}

/** When the events that an element stands for began and ended, in milliseconds since 1970. */
const spanOf = (event: Gap | Event): readonly [number, number] => {
  const [from, to] = event._tag === "Gap" ? [event.from, event.to ?? event.from] : [event.receivedAt, event.receivedAt]
  return [from.epochMilliseconds, to.epochMilliseconds]
}

/** It holds no more than so many characters of events: some of them are long. */
const mostCharacters = 32 * 1024 * 1024

export interface Options {
  /** How many elements it holds. */
  readonly size: number
  /** How long an event may have been under way, in milliseconds. */
  readonly delay: number
  /** Those that are listened to. */
  readonly topics: () => ReadonlyArray<string>
}

export const make = <E>({ delay, size, topics }: Options): Buffer<E> => {
  const filled = Latch.makeUnsafe(false)
  let waiting: Array<FollowedEvent> = []
  let characters = 0
  let lost: { from: number; to: number } | undefined
  let ended: Cause.Cause<E> | undefined

  const drain = (): ReadonlyArray<FollowedEvent> => {
    const taken = waiting
    waiting = []
    characters = 0
    if (lost !== undefined) {
      const [from, to] = [DateTime.makeUnsafe(lost.from - delay), DateTime.makeUnsafe(lost.to)]
      taken.push(new Gap({ reason: "Overflow", topics: topics(), from, to }))
      lost = undefined
    }
    return taken
  }

  return {
    offer: (event, length = 0) => {
      const hasRoom = waiting.length < size && (waiting.length === 0 || characters + length <= mostCharacters)
      const isEvent = event._tag === "Event" || event._tag === "Gap"
      // The others come once, and must not be lost, but for this one: what is lost is not known.
      if ((lost === undefined && hasRoom) || !(isEvent || event._tag === "Known")) {
        waiting.push(event)
        characters += length
        filled.openUnsafe()
        return
      }
      if (!isEvent) return
      const [from, to] = spanOf(event)
      lost = lost === undefined ? { from, to } : { from: Math.min(lost.from, from), to: Math.max(lost.to, to) }
    },
    end: (cause) => {
      ended ??= cause
      filled.openUnsafe()
    },
    take: Effect.gen(function* () {
      while (true) {
        yield* filled.await
        const taken = drain()
        if (Arr.isReadonlyArrayNonEmpty(taken)) return taken
        if (ended !== undefined) return yield* Effect.failCause(ended)
        filled.closeUnsafe()
      }
    })
  }
}
