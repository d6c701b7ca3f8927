/** `genesys-worker cluster status`: the workers of a fleet, and who has which job since when, as the database tells it. */
import type { FleetStatus, Runner } from "@effect-genesys/fleet/FleetStatus"
import * as Program from "@effect-genesys/program/Program"
import * as TerminalText from "@effect-genesys/program/TerminalText"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as FleetSettings from "../../fleet/FleetSettings.ts"
import * as WorkerSettingsFile from "../../settings/WorkerSettingsFile.ts"
import { fileFlag, fileOf } from "../file.ts"

const json = Flag.Boolean("json").pipe(Flag.withDescription("Print one JSON document"), Flag.withDefault(false))

/** The database may be said by the environment alone. */
const settingsOf = Effect.fnUntraced(function* (flag: Option.Option<string>) {
  const file = yield* fileOf(flag)
  return Option.isNone(file) ? {} : yield* WorkerSettingsFile.read(file.value)
})

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`

const differ = (found: ReadonlyArray<Runner>): ReadonlyArray<string> =>
  found.length === 0
    ? []
    : [
        `Other settings than the rest of their group: ${found.map(({ address }) => address).join(", ")}. What only some workers know of may be done by nobody.`
      ]

const lines = (
  { budgets, jobs, runners, tokens }: FleetStatus,
  others: ReadonlyArray<Runner>
): ReadonlyArray<string> => [
  ...(runners.length === 0 ? ["There is no worker."] : []),
  ...runners.flatMap(({ address, group, healthy, shards }) => [
    `${address}: ${healthy ? "healthy" : "not reached"}, group ${group}, ${counted(shards, "shard")}`,
    ...jobs
      .filter(({ runner }) => runner === address)
      .map(({ done, dueAt, name, since }) => {
        const run = dueAt === undefined ? "no run yet" : `run of ${dueAt} ${done === true ? "done" : "not done"}`
        return `  ${name}: since ${since}, ${run}`
      })
  ]),
  ...differ(others),
  ...tokens.map(({ changedAt, name }) => `token ${name}: renewed ${changedAt}`),
  ...budgets.map(
    ({ host, runner, since, token, workers }) =>
      `calls of token ${token} at ${host}: leased by ${runner} to ${counted(workers, "worker")} since ${since}`
  )
]

export const status = Command.make("status", { file: fileFlag, json }, (flags) =>
  Effect.gen(function* () {
    yield* Program.asCommand
    const fleet = yield* FleetSettings.of(yield* settingsOf(flags.file))
    const FleetLayer = yield* Effect.promise(() => import("../../fleet/FleetLayer.ts"))
    const found = yield* FleetLayer.status(fleet)
    const text = flags.json
      ? JSON.stringify(found)
      : lines(found, FleetLayer.differing(found.runners)).map(TerminalText.line).join("\n")
    yield* Console.log(text)
  })
).pipe(
  Command.withDescription(
    "Prints the workers of a fleet, their jobs and since when they have them, when each shared token was renewed, and who leases its calls."
  ),
  Command.withExamples([
    { command: "genesys-worker cluster status", description: "Of the database of GENESYS_WORKER_CLUSTER_URL" },
    { command: "genesys-worker cluster status --file worker.yaml --json", description: "For a program" }
  ])
)
