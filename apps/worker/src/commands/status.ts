/** `genesys-worker status`: what a worker that runs says of itself, as its page shows it. */
import { settingNames } from "@effect-genesys/core/Settings"
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import * as Program from "@effect-genesys/program/Program"
import * as Streams from "@effect-genesys/program/Streams"
import * as TerminalText from "@effect-genesys/program/TerminalText"
import { UsageError } from "@effect-genesys/program/UsageError"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as StatusQuestion from "../server/StatusQuestion.ts"
import * as WorkerEnvironment from "../settings/WorkerEnvironment.ts"
import * as WorkerSettingsFile from "../settings/WorkerSettingsFile.ts"
import { fileFlag, fileOf } from "./file.ts"

const json = Flag.Boolean("json").pipe(Flag.withDescription("Print one JSON document"), Flag.withDefault(false))

const url = Flag.String("url").pipe(
  Flag.withDescription("Where the worker answers, such as http://127.0.0.1:9464. Default: as the settings say it"),
  Flag.withMetavar("url"),
  Flag.optional
)

const watch = Flag.Boolean("watch").pipe(
  Flag.withDescription("Print it anew every two seconds until Ctrl-C; with --json, a line each time"),
  Flag.withDefault(false)
)

interface StatusFlags {
  readonly file: Option.Option<string>
  readonly json: boolean
  readonly url: Option.Option<string>
  readonly watch: boolean
}

const ofSettings = Effect.fnUntraced(function* (flag: Option.Option<string>) {
  const file = yield* fileOf(flag)
  const settings = Option.isNone(file) ? undefined : yield* WorkerSettingsFile.read(file.value)
  const http = yield* WorkerEnvironment.http(settings)
  if (Option.isSome(http)) return StatusQuestion.placeOf(http.value)
  return yield* new ConfigurationError({
    setting: settingNames.workerPort,
    message:
      "Where the worker answers is not said. Name it with --url, or its settings with --file; a worker answers if they have http.port, or GENESYS_WORKER_PORT is set."
  })
})

const placeOf = (flags: StatusFlags) =>
  Option.match(flags.url, {
    onNone: () => ofSettings(flags.file),
    onSome: (text) => {
      const place = StatusQuestion.placeIn(text)
      return place === undefined
        ? Effect.fail(
            new UsageError({ message: "--url must be the http:// or https:// address of a worker, without a path." })
          )
        : Effect.succeed(place)
    }
  })

const printed = Effect.fnUntraced(function* (place: URL, flags: StatusFlags) {
  const { status: told, text: document } = yield* StatusQuestion.ask(place)
  // As the worker has said it, with what this version does not know.
  if (flags.json) return yield* Console.log(JSON.stringify(JSON.parse(document)))
  const { lines } = yield* Effect.promise(() => import("../server/statusText.ts"))
  const text = lines(told).map(TerminalText.line).join("\n")
  if (!flags.watch) return yield* Console.log(text)
  // The screen anew, where there is one.
  yield* process.stdout.isTTY ? Streams.write(TerminalText.clearScreen, `${text}\n`) : Console.log(`${text}\n`)
})

export const status = Command.make("status", { file: fileFlag, json, url, watch }, (flags) =>
  Effect.gen(function* () {
    yield* Program.asCommand
    const place = yield* placeOf(flags)
    const once = printed(place, flags)
    yield* flags.watch ? Effect.repeat(once, Schedule.spaced("2 seconds")) : once
  })
).pipe(
  Command.withDescription(
    "Prints how a worker that runs is: its tokens, budgets and jobs, how far each is, and its fleet. The same as a page is at its address in a browser."
  ),
  Command.withExamples([
    { command: "genesys-worker status --file worker.yaml", description: "The worker of these settings" },
    { command: "genesys-worker status --url http://127.0.0.1:9464 --watch", description: "Follow it" },
    { command: "genesys-worker status --json", description: "For a program; GENESYS_WORKER_PORT says where" }
  ])
)
