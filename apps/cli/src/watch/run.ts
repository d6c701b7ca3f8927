/** What `genesys watch` does. */
import { Policy, RetryPolicy } from "@effect-genesys/client/RetryPolicy"
import * as Identity from "@effect-genesys/program/Identity"
import * as TerminalText from "@effect-genesys/program/TerminalText"
import * as Watch from "@effect-genesys/program/Watch"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as BudgetNote from "../calls/BudgetNote.ts"
import * as CallFlags from "../calls/CallFlags.ts"
import * as Genesys from "../calls/Genesys.ts"
import * as Output from "../output/Output.ts"
import type { Input } from "./flags.ts"

/** As patient as a worker: the loop goes on in any case, and a call that succeeds late is better than none. */
const patient = new Policy({ deadline: Duration.minutes(15), maxRetries: 1000 })

export const run = (flags: Input) =>
  Effect.gen(function* () {
    const printer = yield* Output.make({ endless: true })
    const settings = yield* Watch.optionsConfig
    const row = (event: Watch.WatchEvent) => Effect.map(now, (at) => ({ at, ...event }))
    const rows = Effect.fnUntraced(function* (event: Watch.WatchEvent) {
      // What an expression makes of one event ends the loop no more than a failed call does.
      yield* Effect.catch(printer.rows(Stream.fromEffect(row(event))), ({ message }) => Console.error(message))
    })
    yield* Watch.watch({
      interval: Option.getOrElse(flags.every, () => settings.interval),
      email: Option.getOrElse(flags.email, () => settings.email),
      report: printer.asked ? rows : print
    }).pipe(
      Effect.provide(Layer.provideMerge(BudgetNote.layer, Genesys.layer)),
      Effect.provide(Identity.layerStore),
      Effect.provideService(RetryPolicy, yield* CallFlags.policy(patient))
    )
  })

const now = Effect.map(Clock.currentTimeMillis, (millis) => new Date(millis).toISOString())

const print = Effect.fnUntraced(function* (event: Watch.WatchEvent) {
  yield* Console.log(`${(yield* now).slice(11, 19)}  ${TerminalText.line(lineOf(event))}`)
})

const lineOf = (event: Watch.WatchEvent): string => {
  switch (event.event) {
    case "token.status":
      return event.fingerprint === undefined
        ? `token   ${event.state}`
        : `token   ${event.fingerprint} ${event.state}, ${Duration.format(Duration.seconds(Math.floor(event.secondsLeft)))} left`
    case "call.done":
      return `ok      ${event.operation}: ${event.result} (${event.tookMillis} ms)`
    case "call.failed":
      return `failed  ${event.operation}: ${event.reason}`
    case "watch.stopped":
      return `stopped after ${event.calls} calls, ${event.failedCalls} of them failed`
  }
}
