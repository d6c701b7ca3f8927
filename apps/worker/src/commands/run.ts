/** `genesys-worker run`: the jobs of the settings file, or the watch loop, as a service, until it is told to stop. */
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import { RetryPolicy } from "@effect-genesys/client/RetryPolicy"
import * as Compiled from "@effect-genesys/program/Compiled"
import * as Program from "@effect-genesys/program/Program"
import { policyOf, retryFlags } from "@effect-genesys/program/RetryFlags"
import { UsageError } from "@effect-genesys/program/UsageError"
import * as Watch from "@effect-genesys/program/Watch"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Stream from "effect/Stream"
import { settingNames } from "@effect-genesys/core/Settings"
import * as FleetSettings from "../fleet/FleetSettings.ts"
import { Members } from "../fleet/Members.ts"
import * as Hangup from "../Hangup.ts"
import * as LastResort from "../LastResort.ts"
import { patient } from "../jobs/JobWork.ts"
import { byEnvironment } from "../Orgs.ts"
import * as WorkerServer from "../server/WorkerServer.ts"
import * as WorkerView from "../server/WorkerView.ts"
import * as Services from "../Services.ts"
import * as WorkerEnvironment from "../settings/WorkerEnvironment.ts"
import type { WorkerSettings } from "../settings/WorkerSettings.ts"
import * as WorkerSettingsFile from "../settings/WorkerSettingsFile.ts"
import * as ProcessMetrics from "../telemetry/processMetrics.ts"
import * as Telemetry from "../telemetry/Telemetry.ts"
import { Worker } from "../Worker.ts"
import { fileFlag, fileOf } from "./file.ts"

const once = Flag.Boolean("once").pipe(
  Flag.withDescription(
    "Run each job of the settings file once and end, with the exit code of the first that failed; 130 if it is broken off"
  ),
  Flag.withDefault(false)
)

const cluster = Flag.Boolean("cluster").pipe(
  Flag.withDescription(
    "Be one of a fleet: workers that share the PostgreSQL database of GENESYS_WORKER_CLUSTER_URL share their tokens, and each job runs in one of them. As cluster in the settings file"
  ),
  Flag.withDefault(false)
)

/** Runs it with the services of a worker, and answers HTTP, if it is to, from before they are there until they are gone. */
const answering = Effect.fnUntraced(function* <A, E, R, E2, R2>(
  settings: WorkerSettings | undefined,
  services: Layer.Layer<Worker, E2, R2>,
  effect: Effect.Effect<A, E, R>
) {
  const http = yield* WorkerEnvironment.http(settings)
  const view = yield* WorkerView.make("the worker is starting; its log says what it waits for")
  const shown = Effect.flatMap(Worker, (worker) => view.during(worker, effect))
  return yield* Effect.provide(
    Effect.provide(shown, services),
    Option.match(http, {
      onNone: () => Layer.empty,
      onSome: (place) => Layer.provide(WorkerServer.layer(place), view.layer)
    })
  )
})

const watch = Effect.gen(function* () {
  const worker = yield* Worker
  const options = yield* Watch.optionsConfig
  const services = yield* worker.serve(byEnvironment)
  yield* Effect.logInfo("worker started").pipe(
    Effect.annotateLogs({ event: "worker.started", intervalSeconds: Duration.toSeconds(options.interval) })
  )
  yield* Effect.forkScoped(
    Stream.runForEach(Hangup.hangups, () => Effect.logInfo("there is no settings file to read again"))
  )
  const fiber = yield* Effect.forkScoped(Effect.provideContext(Watch.watch(options), services))
  // The loop finishes its call by itself.
  const stop = Effect.andThen(worker.stop(0), Fiber.interrupt(fiber))
  yield* Effect.onInterrupt(Fiber.join(fiber), () => stop)
})

const refused = (reason: string, ...more: ReadonlyArray<unknown>) =>
  Effect.logError("settings not reloaded; the old ones stay", ...more).pipe(
    Effect.annotateLogs({ event: "settings.refused", reason })
  )

/** Takes over all but where HTTP is answered: whoever asks there should not find it gone. */
const reload = Effect.fnUntraced(
  function* (file: string, started: WorkerSettings, drain: Ref.Ref<Duration.Duration>) {
    const settings = yield* WorkerSettingsFile.read(file)
    const within = yield* WorkerEnvironment.drain(settings)
    const [before, http] = [yield* WorkerEnvironment.http(started), yield* WorkerEnvironment.http(settings)]
    yield* Worker.use((worker) => worker.apply(settings))
    yield* Ref.set(drain, within)
    const lasting = { http: [before, http], cluster: [started.cluster, settings.cluster] }
    for (const [setting, [one, other]] of Object.entries(lasting)) {
      if (Equal.equals(one, other)) continue
      yield* Effect.logWarning(
        `${setting} has changed, and counts from the next start; the worker goes on as it is`
      ).pipe(Effect.annotateLogs({ event: "settings.restart", setting }))
    }
    yield* Effect.annotateLogs(Effect.logInfo("settings reloaded"), {
      event: "settings.reloaded",
      jobs: settings.jobs.length,
      drainSeconds: Duration.toSeconds(within)
    })
  },
  Effect.catch(({ message }) => refused(message)),
  // What a file makes go wrong here must not end what runs.
  Effect.catchDefect((defect) => refused("a defect of this program; please report it", defect))
)

/** By then, what a start needs was compiled, and V8 has thrown none of it away. */
const kept = Effect.forkScoped(Effect.delay(Effect.sync(Compiled.keep), "5 seconds"))

const serve = Effect.fnUntraced(function* (
  file: string,
  settings: WorkerSettings,
  atTheLatest: (drain: Duration.Duration) => Effect.Effect<void>
) {
  const worker = yield* Worker
  const drain = yield* Ref.make(yield* WorkerEnvironment.drain(settings))
  yield* worker.apply(settings)
  yield* Effect.logInfo("worker started").pipe(
    Effect.annotateLogs({ event: "worker.started", file, jobs: settings.jobs.length })
  )
  yield* kept
  yield* Stream.runForEach(Hangup.hangups, () => reload(file, settings, drain)).pipe(
    Effect.andThen(Effect.never),
    Effect.onInterrupt(() =>
      Effect.flatMap(Ref.get(drain), (within) =>
        atTheLatest(within).pipe(Effect.andThen(worker.stop(within)), Effect.andThen(atTheLatest(Duration.zero)))
      )
    )
  )
})

interface RunFlags {
  readonly file: Option.Option<string>
  readonly once: boolean
  readonly cluster: boolean
}

/** As one of a fleet, which is loaded only then. */
const layerFleet = (settings: WorkerSettings) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const fleet = yield* FleetSettings.of(settings)
      const FleetLayer = yield* Effect.promise(() => import("../fleet/FleetLayer.ts"))
      return Services.layerIn(FleetLayer.layer(fleet))
    })
  )

const missing = (what: string) =>
  new ConfigurationError({
    setting: settingNames.workerFile,
    message: `${what} Name one with --file or GENESYS_WORKER_FILE.`
  })

const runWith = (flags: RunFlags) =>
  Effect.gen(function* () {
    const file = yield* fileOf(flags.file)
    if (Option.isNone(file)) {
      if (flags.once) return yield* missing("--once runs the jobs of a settings file.")
      if (flags.cluster) return yield* missing("--cluster shares the jobs of a settings file.")
      return yield* answering(undefined, Services.layer, watch)
    }
    const settings = yield* WorkerSettingsFile.read(file.value)
    if (flags.once) {
      if (flags.cluster) {
        return yield* new UsageError({
          message: "--once runs each job here, and --cluster in one place of many. Leave one of them out."
        })
      }
      return yield* Effect.provide(
        Worker.use((worker) => worker.once(settings)),
        Services.layer
      )
    }
    const serving = serve(file.value, settings, yield* LastResort.make)
    const service = Effect.flatMap(Members, ({ expelled }) => Effect.raceFirst(serving, expelled))
    return yield* flags.cluster || settings.cluster !== undefined
      ? answering(settings, layerFleet(settings), service)
      : answering(settings, Services.layer, service)
  }).pipe(Effect.scoped, Effect.provide([Telemetry.layer("genesys-worker"), ProcessMetrics.layer]))

export const run = Command.make("run", { ...retryFlags, file: fileFlag, once, cluster }, (flags) =>
  // First of all: from then on, signals count.
  Effect.andThen(flags.once ? Program.asCommand : Program.asService, runWith(flags)).pipe(
    Effect.provideService(RetryPolicy, policyOf(flags, patient))
  )
).pipe(
  Command.withDescription(
    "Runs the jobs of the settings file when they are due; without one, holds a token and calls the API again and again. Until SIGTERM or SIGINT: what runs then is finished first."
  ),
  Command.withExamples([
    { command: "genesys-worker run", description: "Run with the settings of the environment" },
    { command: "genesys-worker run --file worker.yaml", description: "Run the jobs of a file; SIGHUP reads it again" },
    { command: "genesys-worker run --file worker.yaml --once", description: "Run each job once" },
    { command: "genesys-worker run --file worker.yaml --cluster", description: "Share them with other workers" },
    { command: "genesys-worker run --timeout 5m", description: "Give up a call after five minutes" }
  ])
)
