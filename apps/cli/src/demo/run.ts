/**
 * What `genesys demo` does: it starts the simulator here and the real worker as a process of its own, breaks things on the
 * way, and counts.
 */
import { settingNames } from "@effect-genesys/core/Settings"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as ChildProcess from "effect/process/ChildProcess"
import * as Queue from "effect/Queue"
import * as Ref from "effect/Ref"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { createRequire } from "node:module"
import { dirname, parse } from "node:path"
import { isSea } from "node:sea"
import { Screen } from "./Screen.ts"
import * as Tally from "./Tally.ts"
import * as WorkerLog from "./WorkerLog.ts"

/** The demo ran, but not as it should. */
export class DemoError extends Schema.TaggedError<DemoError>("@effect-genesys/cli/DemoError")("DemoError", {
  message: Schema.String
}) {}

const length = Duration.seconds(25)
const tokenLifetime = 5
const outageSeconds = 3

export const run = Effect.fnUntraced(
  function* () {
    const screen = yield* Screen
    const { journal, url } = yield* Simulator
    const tally = yield* Ref.make(Tally.empty)
    const events = yield* Queue.unbounded<WorkerLog.WorkerEvent>()
    yield* screen.line("blue", "simulator", `a Genesys Cloud on ${url}; its tokens live ${tokenLifetime} s`)

    const worker = yield* startWorker
    yield* screen.line("blue", "worker", `process ${worker.pid}: genesys-worker run`)
    const reading = yield* Effect.forkChild(
      worker.stderr.pipe(
        Stream.decodeText,
        Stream.splitLines,
        Stream.runForEach((line) =>
          Option.match(WorkerLog.parse(line), {
            onNone: () => screen.line("grey", "worker", WorkerLog.textOf(line)),
            onSome: (event) =>
              Effect.all([
                Ref.update(tally, (counts) => Tally.count(counts, event)),
                screen.event(event),
                Queue.offer(events, event)
              ])
          })
        )
      )
    )
    const died = Effect.flatMap(worker.exitCode, (code) =>
      Effect.fail(new DemoError({ message: `The worker ended by itself with exit code ${code}.` }))
    )
    yield* Effect.raceFirst(scenario(events), died)

    yield* screen.line("blue", "demo", "tells the worker to stop")
    yield* Effect.ignore(worker.kill({ killSignal: "SIGTERM" }))
    const code = yield* worker.exitCode
    // Its last lines are still in the pipe.
    yield* Fiber.await(reading)

    const counts = yield* Ref.get(tally)
    const rows = Tally.summary(counts, yield* journal)
    yield* Console.log(["", ...rows.map(([name, value]) => `${name.padEnd(15)} ${value}`)].join("\n"))
    if (process.stderr.isTTY) {
      yield* Console.error(
        "\nNext: genesys simulator, to try every command without an account; or genesys login, with one."
      )
    }
    if (code !== 0) return yield* new DemoError({ message: `The worker ended with exit code ${code}.` })
    if (counts.calls === 0) return yield* new DemoError({ message: "The worker made no call." })
    if (counts.failedCalls > 0) return yield* new DemoError({ message: `${counts.failedCalls} calls failed.` })
  },
  Effect.scoped,
  Effect.provide(Layer.merge(Simulator.layer({ tokenLifetime }), Screen.layer))
)

/** Where the worker is, and a folder that is away from any `.env` file of the user. */
const workerProgram = () => {
  // The single-file executable holds it, and calls it by its name.
  if (isSea()) return { args: ["genesys-worker"], cwd: parse(process.execPath).root }
  const main = createRequire(import.meta.url).resolve("#worker")
  return { args: [...process.execArgv, main], cwd: dirname(main) }
}

/** The worker knows the simulator from its environment alone. */
const startWorker = Effect.gen(function* () {
  const { clientId, clientSecret, url } = yield* Simulator
  const { args, cwd } = workerProgram()
  return yield* ChildProcess.make(process.execPath, [...args, "run"], {
    cwd,
    // Of the user's own environment, only what a program needs to run at all.
    extendEnv: false,
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      [settingNames.loginUrl]: url,
      [settingNames.apiUrl]: url,
      [settingNames.clientId]: clientId,
      [settingNames.clientSecret]: clientSecret,
      [settingNames.interval]: "1",
      [settingNames.email]: "test.user@yourcompany.com",
      [settingNames.logFormat]: "json",
      [settingNames.logLevel]: "Info"
    },
    // In the demo's process group, so that whatever ends the terminal ends both.
    detached: false,
    stdin: "ignore",
    stdout: "ignore",
    // When the demo ends in any other way than by its plan, nothing is left behind.
    killSignal: "SIGKILL"
  })
})

/** What happens on the way. Each trouble waits for a renewal, so that it always meets a young token. */
const scenario = Effect.fnUntraced(function* (events: Queue.Queue<WorkerLog.WorkerEvent>) {
  const screen = yield* Screen
  const simulator = yield* Simulator

  const renewed = Effect.andThen(
    Queue.clear(events),
    Effect.repeat(Queue.take(events), { until: ({ event }) => event === "token.renewed" })
  )

  const troubles = Effect.gen(function* () {
    yield* renewed
    yield* Effect.sleep("1 second")
    const revoked = yield* simulator.revokeTokens
    yield* screen.line("yellow", "simulator", `revokes ${revoked} live token${revoked === 1 ? "" : "s"}`)

    yield* renewed
    yield* Effect.sleep("2 seconds")
    yield* simulator.addFault({ path: "/oauth/token", status: 503, forSeconds: outageSeconds })
    yield* screen.line("yellow", "simulator", `its login host answers 503 for ${outageSeconds} s`)
    yield* Effect.sleep(Duration.seconds(outageSeconds))
    yield* screen.line("yellow", "simulator", "its login host is back")
  })

  yield* Effect.all([troubles, Effect.sleep(length)], { concurrency: "unbounded", discard: true })
})
