/** `genesys-worker check`: whether the settings file can be run, and what it would do. It asks Genesys nothing. */
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import * as Program from "@effect-genesys/program/Program"
import * as TerminalText from "@effect-genesys/program/TerminalText"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { settingNames } from "@effect-genesys/core/Settings"
import * as FleetSettings from "../fleet/FleetSettings.ts"
import * as JobPlan from "../jobs/JobPlan.ts"
import * as Services from "../Services.ts"
import * as WorkerEnvironment from "../settings/WorkerEnvironment.ts"
import * as WorkerSettingsFile from "../settings/WorkerSettingsFile.ts"
import { Worker } from "../Worker.ts"
import { fileFlag, fileOf } from "./file.ts"

const json = Flag.Boolean("json").pipe(Flag.withDescription("Print one JSON document"), Flag.withDefault(false))

const lines = ({ kind, name, nextRuns, org, sink, when }: JobPlan.Planned) => [
  TerminalText.line(`${name}: ${kind}, ${when}, org ${org}${sink === undefined ? "" : `, into ${sink}`}`),
  `  next ${nextRuns.join("  ")}`
]

export const check = Command.make("check", { file: fileFlag, json }, (flags) =>
  Effect.gen(function* () {
    yield* Program.asCommand
    const file = yield* fileOf(flags.file)
    if (Option.isNone(file)) {
      return yield* new ConfigurationError({
        setting: settingNames.workerFile,
        message: "There is no settings file to check. Name one with --file or GENESYS_WORKER_FILE."
      })
    }
    const settings = yield* WorkerSettingsFile.read(file.value)
    yield* WorkerEnvironment.http(settings)
    yield* WorkerEnvironment.drain(settings)
    if (settings.cluster !== undefined) yield* FleetSettings.check(settings)
    yield* Worker.use((worker) => worker.check(settings))
    const plan = JobPlan.plan(settings, yield* Clock.currentTimeMillis)
    yield* Console.log(flags.json ? JSON.stringify({ file: file.value, jobs: plan }) : plan.flatMap(lines).join("\n"))
  }).pipe(Effect.provide(Services.layer))
).pipe(
  Command.withDescription("Checks the settings file and what it names, and prints when each job would run."),
  Command.withExamples([
    { command: "genesys-worker check --file worker.yaml", description: "Before a deployment" },
    { command: "genesys-worker check --file worker.yaml --json", description: "For a program" }
  ])
)
