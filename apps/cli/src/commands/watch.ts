/** `genesys watch`: the long-running loop for a person to look at, or for a program to read line by line. */
import { Policy, RetryPolicy } from "@effect-genesys/client/RetryPolicy"
import { DurationFromText } from "@effect-genesys/program/DurationText"
import * as Identity from "@effect-genesys/program/Identity"
import { policyOf, retryFlags } from "@effect-genesys/program/RetryFlags"
import * as TerminalText from "@effect-genesys/program/TerminalText"
import * as Watch from "@effect-genesys/program/Watch"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as BudgetNote from "../calls/BudgetNote.ts"
import * as Genesys from "../calls/Genesys.ts"

const interval = Flag.String("interval").pipe(
  Flag.withDescription("The pause after each round, such as 2s or 5m; by default GENESYS_WORKER_INTERVAL, or 10s"),
  Flag.withMetavar("duration"),
  Flag.withSchema(
    DurationFromText.check(
      Schema.makeFilter((pause: Duration.Duration) => Duration.toMillis(pause) >= 100 || "a duration of 0.1s or more")
    )
  ),
  Flag.optional
)

const email = Flag.String("email").pipe(
  Flag.withDescription("Whom to look up; by default GENESYS_WORKER_EMAIL"),
  Flag.withMetavar("address"),
  Flag.withSchema(Watch.Email),
  Flag.optional
)

const json = Flag.Boolean("json").pipe(
  Flag.withDescription("Print one JSON object a line instead"),
  Flag.withDefault(false)
)

/** As patient as a worker: the loop goes on in any case, and a call that succeeds late is better than none. */
const patient = new Policy({ deadline: Duration.minutes(15), maxRetries: 1000 })

export const watch = Command.make("watch", { interval, email, json, ...retryFlags }, (flags) =>
  Effect.gen(function* () {
    const settings = yield* Watch.optionsConfig
    yield* Watch.watch({
      interval: Option.getOrElse(flags.interval, () => settings.interval),
      email: Option.getOrElse(flags.email, () => settings.email),
      report: flags.json ? printJson : print
    })
  }).pipe(
    Effect.provideService(RetryPolicy, policyOf(flags, patient)),
    Effect.provide(Layer.provideMerge(BudgetNote.layer, Genesys.layer)),
    Effect.provide(Identity.layerStore)
  )
).pipe(
  Command.withDescription(
    "Look at the token, find a user and query the conversations of the last day, again and again until Ctrl-C. " +
      "A failed call is shown, and the loop goes on."
  ),
  Command.withExamples([
    { command: "genesys watch", description: "A round every ten seconds" },
    {
      command: "genesys watch --interval 2s --email someone@example.com",
      description: "More often, with another user"
    },
    { command: "genesys watch --json", description: "One JSON object a line, for programs" }
  ])
)

const printJson = Effect.fnUntraced(function* (event: Watch.WatchEvent) {
  const at = new Date(yield* Clock.currentTimeMillis).toISOString()
  yield* Console.log(JSON.stringify({ at, ...event }))
})

const print = Effect.fnUntraced(function* (event: Watch.WatchEvent) {
  const time = new Date(yield* Clock.currentTimeMillis).toISOString().slice(11, 19)
  yield* Console.log(`${time}  ${TerminalText.line(lineOf(event))}`)
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
