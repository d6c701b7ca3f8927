/** `genesys-worker run`: the watch loop as a service, until it is told to stop. */
import { RetryPolicy, Policy } from "@effect-genesys/client/RetryPolicy"
import * as Genesys from "@effect-genesys/runtime/Genesys"
import { policyOf, retryFlags } from "@effect-genesys/runtime/RetryFlags"
import * as Watch from "@effect-genesys/runtime/Watch"
import * as Command from "effect/cli/Command"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

/** Nobody waits for a worker's call: only the deadline ends it, and that is late. */
const patient = new Policy({ deadline: Duration.minutes(15), maxRetries: 1000 })

export const run = Command.make("run", retryFlags, (flags) =>
  Effect.gen(function* () {
    const options = yield* Watch.optionsConfig
    yield* Effect.logInfo("worker started").pipe(
      Effect.annotateLogs({ event: "worker.started", intervalSeconds: Duration.toSeconds(options.interval) })
    )
    yield* Watch.watch(options)
  }).pipe(Effect.provideService(RetryPolicy, policyOf(flags, patient)), Effect.provide(Genesys.layer))
).pipe(
  Command.withDescription(
    "Holds a token and calls the API again and again, until SIGTERM or SIGINT. The running call is finished first."
  ),
  Command.withExamples([
    { command: "genesys-worker run", description: "Run with the settings of the environment" },
    { command: "genesys-worker run --timeout 5m", description: "Give up a call after five minutes" }
  ])
)
