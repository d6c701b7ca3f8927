/** What goes on beside the writing of events: what waits, what is read of their topics, and which topics there are. */
import type { FollowedEvent } from "@effect-genesys/client/NotificationEvent"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { Lag } from "../Lag.ts"
import type { Book } from "./eventBook.ts"
import type { EventClock } from "./eventClock.ts"
import * as Rows from "./eventRows.ts"
import * as Topics from "./eventTopics.ts"
import { usual } from "./kinds/events.ts"

/** What waits for the sink at most, beside what it is given. */
const mostCharacters = 16 * 1024 * 1024

const warned =
  (message: string) =>
  ({ message: reason }: { readonly message: string }) =>
    Effect.annotateLogs(Effect.logWarning(message), { reason })

const set = (latch: Latch.Latch, isOpen: boolean) => (isOpen ? latch.openUnsafe() : latch.closeUnsafe())

/** What somebody may have to mend, or will look for. */
export const logged = (event: FollowedEvent): Effect.Effect<void> => {
  if (event._tag === "Refused")
    return Effect.logWarning("events: Genesys refuses topics; the others are listened to").pipe(
      Effect.annotateLogs({
        event: "events.refused",
        topics: event.topics.length,
        permissions: event.permissions.join(", ")
      })
    )
  if (event._tag === "Gap" && event.to !== undefined)
    return Effect.logWarning("events may be missing").pipe(
      Effect.annotateLogs({
        event: "events.gap",
        reason: event.reason,
        topics: event.topics.length,
        from: new Date(event.from.epochMilliseconds).toISOString(),
        to: new Date(event.to.epochMilliseconds).toISOString()
      })
    )
  return Effect.void
}

/** Lets the events wait while the sink is slow, and the sink when there are none. */
export const gates = (book: Book, commitRows: number) => {
  const [room, full, unread] = [Latch.makeUnsafe(true), Latch.makeUnsafe(false), Latch.makeUnsafe(false)]
  return {
    room: room.await,
    full: full.await,
    unread: unread.await,
    settle: Effect.sync(() => {
      const { characters, isUnread, rows } = book.waits()
      set(full, rows >= commitRows || characters >= mostCharacters / 4)
      set(room, rows < 4 * commitRows && characters < mostCharacters)
      set(unread, isUnread)
    })
  }
}

/** Reads the state of topics, whenever that is wanted: once for all that wait. */
export const filling = (book: Book, now: () => number, { settle, unread }: ReturnType<typeof gates>) =>
  Effect.gen(function* () {
    while (true) {
      yield* unread
      const { gaps, topics } = book.toRead()
      const named = topics.map((topic) => [topic, book.nameOf(topic)] as const)
      const expand = [...new Set(named.flatMap(([, { state: field }]) => field ?? []))]
      const ids = new Set(named.flatMap(([, { id }]) => id ?? []))
      const at = now()
      const found = yield* Topics.readUsers(ids, expand, book.status().topics).pipe(
        Effect.tapError(warned("events: the state of topics could not be read, so a gap is not filled")),
        Effect.option
      )
      const users = new Map(Option.getOrElse(found, () => []).map((user) => [user["id"], user]))
      const rows = named.flatMap(([topic, name]) => {
        const value = users.get(name.id)?.[name.state ?? ""]
        return value === undefined ? [] : [Rows.read(topic, name, value, at)]
      })
      book.wereRead(gaps, rows, Option.isSome(found) ? at : undefined)
      yield* settle
    }
  })

export interface Wanted {
  readonly topics: ReadonlyArray<string>
  readonly listEvery?: Duration.Duration | undefined
}

/** The topics that there are, now and whenever they were listed again. */
export const listings = (
  { listEvery = Duration.millis(usual.listEvery), topics }: Wanted,
  book: Book,
  clock: EventClock,
  lag: Lag
) => {
  const list = Effect.gen(function* () {
    yield* clock.setAgain
    const at = clock.now()
    yield* lag.told(at)
    return book.listed(yield* Topics.list(topics), at)
  })
  const again = Effect.andThen(Effect.sleep(listEvery), list).pipe(
    Effect.tapError(warned("events: users and queues could not be listed again; what is new is not listened to yet")),
    Effect.option
  )
  const later = Stream.flatMap(Stream.fromEffectRepeat(again), (found) =>
    Option.isSome(found) ? Stream.make(found.value) : Stream.empty
  )
  return Stream.concat(Stream.fromEffect(list), topics.some(Topics.isPattern) ? later : Stream.never)
}
