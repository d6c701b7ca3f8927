/** What a token store is to whoever uses it, and what a backend of one is: apart from what stands in between, which is loaded when used. */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Stream from "effect/Stream"
import type { TokenEntry, TokenOwner } from "../TokenEntry.ts"

/** What a token store does. */
export interface TokenStoreService {
  /** What is stored; none if nothing is, or if it cannot be read. */
  readonly get: (owner: TokenOwner) => Effect.Effect<Option.Option<TokenEntry>>
  /**
   * Runs the change with what is stored, and stores what it returns. No other process changes the same entry meanwhile.
   * A store that is out of order does not fail: the change then runs with nothing, and what it returns is lost.
   */
  readonly modify: <A, R>(owner: TokenOwner, change: Change<A, R>) => Effect.Effect<A, never, R>
  /** Removes the entry, if it still holds the token with this fingerprint; without one, in any case. */
  readonly remove: (owner: TokenOwner, fingerprint?: string) => Effect.Effect<void>
  /** Why the token is not shared: what went wrong last, until an entry is read or written again. */
  readonly problem?: (() => string | undefined) | undefined
  /**
   * Tells whenever another process may have changed the entry, as long as it is listened to: whoever holds a token looks then
   * whether there is a newer one. Without it, they look when theirs is due.
   */
  readonly changes?: ((owner: TokenOwner) => Stream.Stream<unknown>) | undefined
}

/**
 * What an entry becomes, and what comes of it.
 * @param isDown the store is out of order: there may be an entry, and what is returned is lost
 */
export type Change<A, R> = (
  entry: Option.Option<TokenEntry>,
  isDown: boolean
) => Effect.Effect<readonly [A, TokenEntry | undefined], never, R>

/** Each manager is alone. */
export const none: TokenStoreService = {
  get: () => Effect.succeed(Option.none()),
  modify: (_, change) => Effect.map(change(Option.none(), false), ([result]) => result),
  remove: () => Effect.void
}

/** Why a backend cannot do what it is asked to. It ends as a warning in the log, so nothing that is secret may be in it. */
export class TokenStoreError extends Data.TaggedError("TokenStoreError")<{
  /** The reason of the warning. */
  readonly message: string
  /** Completes the sentence "the stored token …". @default what could not be done, such as `cannot be read and is ignored` */
  readonly what?: string | undefined
  /** Where that is. @default where the entry is */
  readonly where?: string | undefined
}> {}

/**
 * A backend: texts by name. A name tells nothing of whose the text is, and without the owner's secret nobody can read the text, so
 * both may lie where others see them. It may fail as it likes, and must not wait for ever: nobody gives it up from outside.
 */
export interface Encoded {
  /** The text that was set last; none if there is none. */
  readonly get: (name: string) => Effect.Effect<Option.Option<string>, TokenStoreError>
  /** In place of what is there, whole or not at all. Called within `withLock` for that name only. */
  readonly set: (name: string, text: string) => Effect.Effect<void, TokenStoreError>
  /** Called within `withLock` for that name only. It is no failure if there is nothing. */
  readonly remove: (name: string) => Effect.Effect<void, TokenStoreError>
  /**
   * Runs the effect once, while nobody else, in whatever process, runs one for the same name. That may take as long as an exchange
   * with the login host, 10 s. What the backend adds to its context, such as the connection of a transaction, `get`, `set` and
   * `remove` find there. Only the wait for the lock may be interrupted, with `Effect.interruptible` around it: this is run where
   * nothing else can be. If it fails before the effect has begun, the store is left alone this time.
   */
  readonly withLock: <R>(name: string, use: Effect.Effect<void, never, R>) => Effect.Effect<void, TokenStoreError, R>
  /**
   * What entries are sealed with whose grant brings no secret: 64 hexadecimal digits or more, known to whoever shares the store
   * and to nobody else. Without it, such entries are not stored.
   */
  readonly key?: Effect.Effect<string, TokenStoreError> | undefined
  /**
   * The names of texts that may have changed, whoever changed them, as long as it is listened to. It deals with its own failures.
   * Without it, others find a new text when they look.
   */
  readonly changes?: Stream.Stream<string> | undefined
  /** Where an entry is, for warnings. @default its name */
  readonly where?: ((name: string) => string) | undefined
}
