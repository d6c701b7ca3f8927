/**
 * The long-running loop: looks at the token, finds a user by e-mail, queries the conversations of the last day, waits,
 * and begins again. A failed call is logged and counted, and the loop goes on.
 */
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import type { TokenStatus } from "@effect-genesys/auth/TokenStatus"
import { ConversationDetails } from "@effect-genesys/client/ConversationDetails"
import type { GenesysError } from "@effect-genesys/client/GenesysError"
import { Users } from "@effect-genesys/client/Users"
import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Schema from "effect/Schema"
import { Email } from "./Email.ts"
import { settingNames } from "@effect-genesys/core/Settings"
import * as Drain from "./Drain.ts"

/** Whom the loop looks up, how often, and what is done with what happens. */
export interface WatchOptions {
  /** The pause after each round. */
  readonly interval: Duration.Duration
  /** Whom to look up. */
  readonly email: string
  /** What is done with what happens. @default it is logged */
  readonly report?: ((event: WatchEvent) => Effect.Effect<void>) | undefined
}

/** Something that happened in the loop. */
export type WatchEvent =
  | {
      readonly event: "token.status"
      readonly state: TokenStatus["state"]
      readonly fingerprint?: string
      readonly secondsLeft: number
    }
  | { readonly event: "call.done"; readonly operation: string; readonly result: string; readonly tookMillis: number }
  | {
      readonly event: "call.failed"
      readonly operation: string
      /** The tag of the error. */
      readonly error: string
      readonly reason: string
      readonly tookMillis: number
    }
  | ({ readonly event: "watch.stopped" } & WatchSummary)

const words: Record<WatchEvent["event"], string> = {
  "token.status": "token status",
  "call.done": "call done",
  "call.failed": "call failed",
  "watch.stopped": "stopped"
}

const log = (event: WatchEvent) =>
  Effect.annotateLogs(
    event.event === "call.failed" ? Effect.logError(words[event.event]) : Effect.logInfo(words[event.event]),
    { ...event }
  )

/** How long a running call may go on after the program was told to stop. Orchestrators kill after 30 s. */
const drain = Duration.seconds(10)

const Seconds = Schema.FiniteFromString.check(Schema.isBetween({ minimum: 0.1, maximum: 86_400 }))
/** What looks like an e-mail address. */

const setting = <A>(name: string, schema: Schema.Codec<A, string>, fallback: A, expected: string) =>
  Effect.mapError(
    Config.withDefault(Config.schema(schema, name), fallback),
    () => new ConfigurationError({ setting: name, message: `${name} is not valid: it must be ${expected}.` })
  )

/** `GENESYS_WORKER_INTERVAL` in seconds (10), and `GENESYS_WORKER_EMAIL`. */
export const optionsConfig: Effect.Effect<Pick<WatchOptions, "interval" | "email">, ConfigurationError> = Effect.all({
  interval: Effect.map(
    setting(settingNames.interval, Seconds, 10, "a number of seconds from 0.1 to 86400"),
    Duration.seconds
  ),
  email: setting(settingNames.email, Email, "test.user@yourcompany.com", "an e-mail address")
})

/** How many calls were made, and how many of them failed. */
export interface WatchSummary {
  readonly calls: number
  readonly failedCalls: number
}

/** One round of the loop, and what it has counted so far. */
const make = Effect.fnUntraced(function* (options: Pick<WatchOptions, "email" | "report">) {
  const manager = yield* TokenManager
  const users = yield* Users
  const conversations = yield* ConversationDetails
  const summary = yield* Ref.make<WatchSummary>({ calls: 0, failedCalls: 0 })

  const report = options.report ?? log

  let failure: GenesysError | undefined

  const call = <A>(operation: string, effect: Effect.Effect<A, GenesysError>, found: (result: A) => string) =>
    Effect.timed(Effect.result(effect)).pipe(
      Effect.flatMap(([took, result]) => {
        const failed = result._tag === "Failure"
        if (failed) failure = result.failure
        const tookMillis = Math.round(Duration.toMillis(took))
        return Effect.andThen(
          Ref.update(summary, (counts) => ({
            calls: counts.calls + 1,
            failedCalls: counts.failedCalls + (failed ? 1 : 0)
          })),
          report(
            failed
              ? {
                  event: "call.failed",
                  operation,
                  error: result.failure._tag,
                  reason: result.failure.message,
                  tookMillis
                }
              : { event: "call.done", operation, result: found(result.success), tookMillis }
          )
        )
      }),
      Drain.finishing(drain)
    )

  const tokenStatus = Effect.gen(function* () {
    const status = yield* manager.status
    const now = DateTime.makeUnsafe(yield* Clock.currentTimeMillis)
    yield* report({
      event: "token.status",
      state: status.state,
      ...(status.fingerprint === undefined ? {} : { fingerprint: status.fingerprint }),
      secondsLeft: Math.round(Duration.toMillis(status.remaining(now)) / 100) / 10
    })
  })

  const lastDay = Effect.map(Clock.currentTimeMillis, (now) => {
    // Rows of the last minute may still be missing, and a window that moves while it is paged loses some.
    const end = now - 60_000
    return `${new Date(end - 86_400_000).toISOString()}/${new Date(end).toISOString()}`
  })

  const round = Effect.gen(function* () {
    yield* tokenStatus
    yield* call(
      "users.search",
      users.findByEmail(options.email),
      Option.match({
        onNone: () => `no user ${options.email}`,
        onSome: (user) => `${user.name ?? user.id} (${user.id})`
      })
    )
    const interval = yield* lastDay
    yield* call(
      "conversations.details.query",
      conversations.query({ interval, pageSize: 25 }),
      (page) =>
        `${page.totalHits ?? page.conversations.length} conversations, ${page.conversations.length} on the first page`
    )
  })

  /** Fails, after all its calls, as the last of them that failed. */
  const roundOrFail = Effect.suspend(() => {
    failure = undefined
    return Effect.andThen(
      round,
      Effect.suspend(() => (failure === undefined ? Effect.void : Effect.fail(failure)))
    )
  })

  return { round, roundOrFail, report, summary: Ref.get(summary) }
})

/** Runs until it is interrupted; the call that runs then is finished first. Reports the counts when it ends. */
export const watch = Effect.fnUntraced(function* (options: WatchOptions) {
  const { report, round, summary } = yield* make(options)
  const stopped = Effect.flatMap(summary, (counts) => report({ event: "watch.stopped", ...counts }))
  return yield* Effect.forever(Effect.andThen(round, Effect.sleep(options.interval))).pipe(Effect.ensuring(stopped))
})

/** One round, for a schedule of one's own. It fails if one of its calls does. */
export const once = Effect.fnUntraced(function* (options: Pick<WatchOptions, "email" | "report">) {
  const { roundOrFail, summary } = yield* make(options)
  yield* roundOrFail
  return yield* summary
})
