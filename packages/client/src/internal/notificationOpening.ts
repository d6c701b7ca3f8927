/** Opens a line for a group of topics: as many attempts as it takes, each a little later than the one before. */
import type { TokenManager } from "@effect-genesys/auth/TokenManager"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Random from "effect/Random"
import * as Scope from "effect/Scope"
import type * as Semaphore from "effect/Semaphore"
import type * as Socket from "effect/socket/Socket"
import type { GenesysError } from "../GenesysError.ts"
import type * as NotificationPolicy from "../NotificationPolicy.ts"
import { Policy, RetryPolicy } from "../RetryPolicy.ts"
import type { Channel, Channels } from "./notificationChannels.ts"
import * as Line from "./notificationLine.ts"
import * as Loss from "./notificationLoss.ts"
import type * as Sieve from "./notificationSieve.ts"
import type { Topics } from "./notificationTopics.ts"

export interface Parts {
  readonly channels: Channels
  readonly manager: TokenManager["Service"]
  readonly makeWebSocket: Socket.WebSocketConstructor["Service"]
  /** Held while a group has two channels, so that the groups of a program have at most one too many. */
  readonly replacing: Semaphore.Semaphore
  readonly policy: NotificationPolicy.Policy
  /** Whether what is permitted goes on where something is not. */
  readonly tolerant: boolean
}

/** What a group of topics has been through. */
export interface State {
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly sieve: ReturnType<typeof Sieve.make>
  /** Attempts since a line was last stable. */
  failures: number
  hasListened: boolean
  /** Whether an old line is still told. */
  doubled: boolean
}

const millis = Duration.toMillis

/** Half of it at least, and more with each time. */
export const pause = (initial: Duration.Duration, longest: Duration.Duration, times: number): Effect.Effect<number> =>
  Effect.map(Random.next, (random) => Math.min(millis(longest), millis(initial) * 2 ** times) * (1 - random / 2))

export const backoff = (policy: NotificationPolicy.Policy, state: State): Effect.Effect<number> =>
  Effect.suspend(() => pause(policy.backoffInitial, policy.backoffMax, state.failures++))

/** At the start somebody waits to hear why nothing happens: what fails is said at once, and tried again here. */
const atOnce = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.flatMap(RetryPolicy, (policy) =>
    Effect.provideService(effect, RetryPolicy, new Policy(Object.assign({}, policy, { maxRetries: 0 })))
  )

export const make = (
  { channels, makeWebSocket, manager, policy, tolerant }: Parts,
  topics: Topics,
  state: State,
  onEvent: Line.Options["onEvent"],
  parent: Scope.Scope
) => {
  const { now } = state
  const wait = backoff(policy, state)

  const verifying = (line: Line.Line) =>
    Effect.gen(function* () {
      while (true) {
        yield* Effect.sleep(policy.verifyEvery)
        const at = now()
        if ((yield* manager.status).fingerprint !== line.channel.token) continue
        const found = yield* channels.verify(line.channel)
        if (found === "gone") Line.end(line, "Gone")
        if (found === "alive") line.provenAt = Math.max(line.provenAt, at)
      }
    })

  /** One attempt. The topics are subscribed last, when there is somebody to tell. */
  const open = Effect.fnUntraced(
    function* (scope: Scope.Closeable, channel: Channel | undefined) {
      const used = channel ?? (yield* state.hasListened ? channels.create : atOnce(channels.create))
      let line: Line.Line | undefined
      yield* Effect.addFinalizer(() =>
        line !== undefined && Deferred.isDoneUnsafe(line.ended)
          ? Effect.void
          : channels.unsubscribe(used, policy.cleanupTimeout)
      )
      if (state.doubled) state.sieve.start()
      line = yield* Line.open(used, scope, { makeWebSocket, policy, onEvent })
      const wanted = topics.wanted()
      const rejected = tolerant
        ? yield* channels.subscribeTo(used, wanted)
        : yield* Effect.as(channels.subscribe(used, wanted), [])
      line.readyAt = line.provenAt = now()
      topics.asked(wanted, rejected, line.readyAt, true)
      yield* Effect.forkScoped(verifying(line))
      return line
    },
    (effect, scope) =>
      effect.pipe(
        Scope.provide(scope),
        Effect.onExit((exit) => (Exit.isFailure(exit) ? Scope.close(scope, exit) : Effect.void))
      )
  )

  /** As many attempts as it takes. */
  return Effect.fnUntraced(function* (first?: Channel): Effect.fn.Return<Line.Line, GenesysError> {
    let [channel, told] = [first, ""]
    while (true) {
      const result = yield* Effect.result(open(yield* Scope.fork(parent), channel))
      if (result._tag === "Success") return result.success
      const error = result.failure
      if (error._tag !== "NotOpened" && Loss.isFinal(error, state.hasListened)) return yield* error
      channel = undefined
      const asked = "retryAfter" in error && error.retryAfter !== undefined ? millis(error.retryAfter) : 0
      const left = Math.max(yield* wait, asked)
      const isNews = error.message !== told
      told = error.message
      yield* Effect.logWithLevel(isNews ? "Warn" : "Debug")(
        "notifications: there is no channel; it is tried again"
      ).pipe(Effect.annotateLogs({ error: error._tag, reason: error.message, waitMillis: Math.round(left) }))
      yield* Effect.sleep(left)
    }
  })
}
