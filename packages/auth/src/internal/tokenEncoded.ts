/**
 * What stands in front of every backend of a `TokenStore`: it names an entry, encodes and seals it, and turns whatever a backend
 * cannot do into a warning and a new token. So a backend moves texts, and does nothing else.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { TokenEntry, type TokenOwner } from "../TokenEntry.ts"
import * as Seal from "@effect-genesys/core/Seal"
import { type Encoded, TokenStoreError, type TokenStoreService } from "./tokenBackend.ts"
import { sealingSecretOf, subjectOf } from "./tokenOwner.ts"

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

/** What goes wrong, as a line of the log; the last one is kept for whoever has no log. */
const makeWarnings = (backend: Encoded) => {
  let problem: string | undefined

  const warn = (place: Place | undefined, what: string, cause: Cause.Cause<TokenStoreError> = Cause.empty) => {
    const error = Option.getOrUndefined(Cause.findErrorOption(cause))
    const where = error?.where ?? (place && (backend.where?.(place.name) ?? place.name))
    const reason = error?.message ?? (cause.reasons.length === 0 ? undefined : "a defect of the store")
    const before = problem
    problem = `The stored token${where === undefined ? "" : ` (${where})`} ${error?.what ?? what}${reason === undefined ? "" : `: ${reason}`}.`
    // A store that stays out of order is no news each time that it is tried.
    const level = problem === before ? "Debug" : "Warn"
    return Effect.logWithLevel(level)(`the stored token ${error?.what ?? what}`).pipe(
      Effect.annotateLogs({ event: "store.warning", ...(where && { where }), ...(reason && { reason }) })
    )
  }

  const works = Effect.sync(() => {
    problem = undefined
  })

  return { warn, works, problem: () => problem }
}

const changesOf =
  (placeOf: Wrapping["placeOf"], changes: Stream.Stream<string>): TokenStoreService["changes"] =>
  (owner) =>
    Stream.unwrap(
      Effect.matchCause(placeOf(owner), {
        onFailure: () => Stream.empty,
        onSuccess: ({ name }) => Stream.filter(changes, (changed) => changed === name)
      })
    )

export const makeWith = (backend: Encoded, { close, open, placeOf }: Wrapping): TokenStoreService => {
  // Made once, since a lookup of the schema is the same for every entry.
  const codec = Schema.fromJsonString(Schema.toCodecJson(TokenEntry))
  const decode = Schema.decodeOption(codec)
  const encode = Schema.encodeEffect(codec)

  const { problem, warn, works } = makeWarnings(backend)

  const read = (place: Place): Effect.Effect<Option.Option<TokenEntry>> =>
    Effect.matchCauseEffect(backend.get(place.name), {
      onFailure: (cause) => Effect.as(warn(place, "cannot be read and is ignored", cause), Option.none()),
      onSuccess: Option.match({
        onNone: () => Effect.succeedNone,
        onSome: (text) =>
          Effect.flatMap(open(place, text), (plain) => {
            const entry = Option.flatMap(plain, (json) => decode(json))
            const is = Option.isSome(entry)
            return Effect.as(is ? works : warn(place, "is damaged and is ignored"), entry)
          })
      })
    })

  const write = (place: Place, entry: TokenEntry): Effect.Effect<void> =>
    Effect.orDie(encode(entry)).pipe(
      Effect.flatMap((text) => close(place, text)),
      Effect.flatMap((text) =>
        Effect.matchCauseEffect(backend.set(place.name, text), {
          onFailure: (cause) => warn(place, "cannot be written", cause),
          onSuccess: () => works
        })
      )
    )

  const remove = (place: Place): Effect.Effect<void> =>
    Effect.catchCause(backend.remove(place.name), (cause) => warn(place, "cannot be removed", cause))

  /** Runs `use` under the lock of the owner's entry, or `without` where there is no place or no lock: the one or the other, once. */
  const locked = <A, R>(
    owner: TokenOwner,
    use: (place: Place) => Effect.Effect<A, never, R>,
    without: (isDown: boolean) => Effect.Effect<A, never, R>
  ): Effect.Effect<A, never, R> =>
    Effect.matchCauseEffect(placeOf(owner), {
      onFailure: (cause) => Effect.andThen(warn(undefined, "has no place to be in", cause), without(false)),
      onSuccess: (place) =>
        Effect.suspend(() => {
          let done: Exit.Exit<A> | undefined
          const noted = Effect.map(Effect.exit(use(place)), (exit) => void (done = exit))
          return Effect.catchCause(backend.withLock(place.name, noted), (cause) =>
            done === undefined
              ? // Whoever is not wanted any more, and cannot be interrupted, ends here.
                Effect.andThen(Effect.interruptible(Effect.void), warn(place, "cannot be locked", cause))
              : warn(place, "cannot be written", cause)
          ).pipe(Effect.andThen(Effect.suspend(() => done ?? without(true))))
        })
    })

  return {
    problem,
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
            Effect.flatMap(change(known, false), ([result, entry]) =>
              // What was only looked at need not be written.
              Effect.as(
                entry === undefined || Option.exists(known, (one) => one === entry) ? Effect.void : write(place, entry),
                result
              )
            )
          ),
        (isDown) => Effect.map(change(Option.none(), isDown), ([result]) => result)
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
        () => Effect.void
      ),
    ...(backend.changes && { changes: changesOf(placeOf, backend.changes) })
  }
}
