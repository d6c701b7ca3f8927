/**
 * What stands in front of every backend of a `TokenStore`: it names an entry, encodes and seals it, and turns whatever a backend
 * cannot do into a warning and a new token. So a backend moves texts, and does nothing else.
 */
import * as Cause from "effect/Cause"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { TokenEntry, type TokenOwner } from "../TokenEntry.ts"
import * as Seal from "@effect-genesys/core/Seal"
import { sealingSecretOf, subjectOf } from "./tokenOwner.ts"

export interface TokenStoreService {
  /** What is stored; none if nothing is, or if it cannot be read. */
  readonly get: (owner: TokenOwner) => Effect.Effect<Option.Option<TokenEntry>>
  /**
   * Runs the change with what is stored, and stores what it returns. No other process changes the same entry meanwhile.
   * A store that is out of order does not fail: the change then runs with nothing, and what it returns is lost.
   */
  readonly modify: <A, R>(
    owner: TokenOwner,
    change: (entry: Option.Option<TokenEntry>) => Effect.Effect<readonly [A, TokenEntry], never, R>
  ) => Effect.Effect<A, never, R>
  /** Removes the entry, if it still holds the token with this fingerprint; without one, in any case. */
  readonly remove: (owner: TokenOwner, fingerprint?: string) => Effect.Effect<void>
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
  /** Where an entry is, for warnings. @default its name */
  readonly where?: ((name: string) => string) | undefined
}

/** Which entry, and what opens it. */
interface Place {
  readonly name: string
  readonly secret: string
}

/** How an entry is named and closed. */
export interface Wrapping {
  readonly placeOf: (owner: TokenOwner) => Effect.Effect<Place, TokenStoreError>
  readonly close: (place: Place, text: string) => Effect.Effect<string>
  readonly open: (place: Place, text: string) => Effect.Effect<Option.Option<string>>
}

const noKey = new TokenStoreError({
  message: "its grant brings no secret to seal it with, and the store has no key",
  what: "is not kept"
})

const sealing = (seal: Seal.Seal, key: Effect.Effect<string, TokenStoreError> = Effect.fail(noKey)): Wrapping => ({
  placeOf: Effect.fnUntraced(function* (owner) {
    const name = yield* seal.name(subjectOf(owner))
    return { name, secret: sealingSecretOf(owner.grant) ?? (yield* key) }
  }),
  close: ({ name, secret }, text) => seal.seal(secret, name, text),
  open: ({ name, secret }, text) => seal.open(secret, name, text)
})

export const make = (backend: Encoded) => Effect.map(Seal.make, (seal) => makeWith(backend, sealing(seal, backend.key)))

export const makeWith = (backend: Encoded, { close, open, placeOf }: Wrapping): TokenStoreService => {
  // Made once, since a lookup of the schema is the same for every entry.
  const codec = Schema.fromJsonString(Schema.toCodecJson(TokenEntry))
  const decode = Schema.decodeOption(codec)
  const encode = Schema.encodeEffect(codec)

  const warn = (place: Place | undefined, what: string, cause: Cause.Cause<TokenStoreError> = Cause.empty) => {
    const error = Option.getOrUndefined(Cause.findErrorOption(cause))
    const where = error?.where ?? (place && (backend.where?.(place.name) ?? place.name))
    const reason = error?.message ?? (cause.reasons.length === 0 ? undefined : "a defect of the store")
    return Effect.logWarning(`the stored token ${error?.what ?? what}`).pipe(
      Effect.annotateLogs({ event: "store.warning", ...(where && { where }), ...(reason && { reason }) })
    )
  }

  const read = (place: Place): Effect.Effect<Option.Option<TokenEntry>> =>
    Effect.matchCauseEffect(backend.get(place.name), {
      onFailure: (cause) => Effect.as(warn(place, "cannot be read and is ignored", cause), Option.none()),
      onSuccess: Option.match({
        onNone: () => Effect.succeedNone,
        onSome: (text) =>
          Effect.flatMap(open(place, text), (plain) => {
            const entry = Option.flatMap(plain, (json) => decode(json))
            return Effect.as(Option.isSome(entry) ? Effect.void : warn(place, "is damaged and is ignored"), entry)
          })
      })
    })

  const write = (place: Place, entry: TokenEntry): Effect.Effect<void> =>
    Effect.orDie(encode(entry)).pipe(
      Effect.flatMap((text) => close(place, text)),
      Effect.flatMap((text) =>
        Effect.catchCause(backend.set(place.name, text), (cause) => warn(place, "cannot be written", cause))
      )
    )

  const remove = (place: Place): Effect.Effect<void> =>
    Effect.catchCause(backend.remove(place.name), (cause) => warn(place, "cannot be removed", cause))

  /** Runs `use` under the lock of the owner's entry, or `without` where there is no place or no lock: the one or the other, once. */
  const locked = <A, R>(
    owner: TokenOwner,
    use: (place: Place) => Effect.Effect<A, never, R>,
    without: Effect.Effect<A, never, R>
  ): Effect.Effect<A, never, R> =>
    Effect.matchCauseEffect(placeOf(owner), {
      onFailure: (cause) => Effect.andThen(warn(undefined, "has no place to be in", cause), without),
      onSuccess: (place) =>
        Effect.suspend(() => {
          let done: Exit.Exit<A> | undefined
          const noted = Effect.map(Effect.exit(use(place)), (exit) => void (done = exit))
          return Effect.catchCause(backend.withLock(place.name, noted), (cause) =>
            done === undefined
              ? // Whoever is not wanted any more, and cannot be interrupted, ends here.
                Effect.andThen(Effect.interruptible(Effect.void), warn(place, "cannot be locked", cause))
              : warn(place, "cannot be written", cause)
          ).pipe(Effect.andThen(Effect.suspend(() => done ?? without)))
        })
    })

  return {
    get: (owner) =>
      Effect.matchCauseEffect(placeOf(owner), {
        onFailure: (cause) => Effect.as(warn(undefined, "has no place to be in", cause), Option.none()),
        onSuccess: read
      }),
    modify: (owner, change) =>
      locked(
        owner,
        (place) =>
          Effect.flatMap(read(place), (known) =>
            Effect.flatMap(change(known), ([result, entry]) =>
              // What was only looked at need not be written.
              Effect.as(Option.exists(known, (one) => one === entry) ? Effect.void : write(place, entry), result)
            )
          ),
        Effect.map(
          Effect.suspend(() => change(Option.none())),
          ([result]) => result
        )
      ),
    remove: (owner, fingerprint) =>
      locked(
        owner,
        (place) =>
          Effect.flatMap(fingerprint === undefined ? Effect.succeedNone : read(place), (entry) =>
            fingerprint === undefined || Option.exists(entry, ({ token }) => token?.fingerprint === fingerprint)
              ? remove(place)
              : Effect.void
          ),
        Effect.void
      )
  }
}
