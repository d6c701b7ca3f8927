/** All channels of one stream: its topics in groups of a channel each, and what they tell in one buffer. */
import * as Arr from "effect/Array"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { GenesysError } from "../GenesysError.ts"
import { Known, Listening } from "../NotificationEvent.ts"
import { NotificationPolicy } from "../NotificationPolicy.ts"
import * as Buffer from "./notificationBuffer.ts"
import * as Listener from "./notificationListener.ts"
import type * as Opening from "./notificationOpening.ts"
import * as Topics from "./notificationTopics.ts"

/** Genesys' limit for one channel. */
export const mostTopicsOfChannel = 1000
/** 19 channels: a twentieth is needed while one of them is replaced. */
const mostChannels = 19
/** So many topics one program can listen to at once: 19,000. */
export const mostTopics = mostChannels * mostTopicsOfChannel

/** How often it is told until when all is known. */
const lookEvery = "1 second"

/** Listens in the scope. @param tolerant whether what is permitted goes on where something is not */
export const open = Effect.fnUntraced(function* (
  given: Omit<Opening.Parts, "policy" | "tolerant">,
  first: ReadonlyArray<string>,
  tolerant: boolean
) {
  const policy = yield* NotificationPolicy
  const clock = yield* Clock.Clock
  const scope = yield* Effect.scope
  const parts: Opening.Parts = { ...given, policy, tolerant }
  const groups: Array<Listener.Group> = []
  const buffer = Buffer.make<GenesysError>({
    size: policy.bufferSize,
    delay: Duration.toMillis(policy.overlap),
    topics: () => groups.flatMap(({ topics }) => topics.told())
  })
  const now = () => DateTime.makeUnsafe(clock.currentTimeMillisUnsafe())

  const begin = (group: Listener.Group, listening: () => void) => {
    groups.push(group)
    return Listener.run(parts, group, buffer.offer, listening).pipe(
      Effect.catchCause((cause) => Effect.sync(() => buffer.end(cause))),
      Effect.forkIn(scope, { startImmediately: true })
    )
  }

  const chunks = Arr.chunksOf(first, mostTopicsOfChannel)
  let missing = chunks.length
  const listening = () => {
    missing--
    if (missing === 0) buffer.offer(new Listening({ at: now() }))
  }
  const firstGroups = chunks.map((chunk, place): Listener.Group => ({
    topics: Topics.make(chunk, buffer.offer),
    place,
    isLater: false,
    known: Listener.promised
  }))
  yield* Effect.forEach(firstGroups, (group) => begin(group, listening), { discard: true })

  /** All that is wanted from now on: what is not told any more, the channels lose when they are replaced. Answers how many are too many. */
  const change = Effect.fnUntraced(function* (topics: Iterable<string>) {
    const wanted = new Set(topics)
    for (const group of groups) group.topics.keep(wanted)
    const there = new Set(groups.flatMap((group) => group.topics.wanted()))
    let fresh = [...wanted].filter((topic) => !there.has(topic))
    for (const group of groups) {
      const room = Math.max(0, mostTopicsOfChannel - group.topics.size())
      group.topics.add(fresh.slice(0, room))
      fresh = fresh.slice(room)
    }
    while (fresh.length > 0 && groups.length < mostChannels) {
      const group: Listener.Group = {
        topics: Topics.make([], buffer.offer),
        place: groups.length,
        isLater: true,
        known: Listener.promised
      }
      group.topics.add(fresh.slice(0, mostTopicsOfChannel))
      fresh = fresh.slice(mostTopicsOfChannel)
      yield* begin(group, () => {})
    }
    return fresh.length
  })

  /** Tells again and again until when all is known. */
  const watched = Effect.gen(function* () {
    while (true) {
      yield* Effect.sleep(lookEvery)
      if (missing > 0) continue
      const until = Math.min(clock.currentTimeMillisUnsafe(), ...groups.map(({ known }) => known()))
      buffer.offer(new Known({ until: DateTime.makeUnsafe(until) }))
    }
  })

  return { buffer, change, watched: Effect.asVoid(Effect.forkIn(watched, scope)) } as const
})
export type Opened = Effect.Success<ReturnType<typeof open>>
