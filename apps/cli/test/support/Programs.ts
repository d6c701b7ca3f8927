/**
 * Runs either program to its end in the process of the test, as its `main` does and with nothing but the settings given: for what a
 * process of its own would not show. `PROVE=1`: each is a process of its own, as it was built. They run one at a time.
 */
import * as CommandLine from "@effect-genesys/program/CommandLine"
import * as ExitCode from "@effect-genesys/program/ExitCode"
import * as Signals from "@effect-genesys/program/Signals"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Semaphore from "effect/Semaphore"
import { tmpdir } from "node:os"
import { Readable } from "node:stream"
import { vi } from "vitest"
import { genesysWorker } from "../../../worker/src/commands/genesysWorker.ts"
import * as Process from "../../../worker/test/support/Process.ts"
import { genesys } from "../../src/commands/genesys.ts"

export const isProof = process.env["PROVE"] !== undefined

export interface Options extends Process.Options {
  /** Once what it says so far matches, it is told to stop. */
  readonly until?: RegExp | undefined
}

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

type Name = Parameters<typeof Process.start>[0]

const programs = {
  genesys: (args: ReadonlyArray<string>) => CommandLine.program(genesys, args, { name: "genesys", logLevel: "Warn" }),
  "genesys-worker": (args: ReadonlyArray<string>) =>
    CommandLine.program(genesysWorker, args, { name: "genesys-worker", logLevel: "Info", maybeService: true })
}

/** What this process needs whatever a program is given. */
const isKept = (name: string) => /^(?:VITEST|TMPDIR$|NODE_ENV$)/.test(name)

const collected = (stream: NodeJS.WriteStream) => {
  const parts: Array<Uint8Array> = []
  const write = vi.spyOn(stream, "write").mockImplementation((part, done?: unknown) => {
    parts.push(Buffer.from(part))
    if (typeof done === "function") done()
    return true
  })
  return { text: () => Buffer.concat(parts).toString(), undo: () => write.mockRestore() }
}

/** Gives this process what a program of its own would have, until it is taken back. */
const become = (args: ReadonlyArray<string>, { cwd = tmpdir(), env = {}, stdin = "" }: Options) => {
  const given = { ...Process.base(), ...env }
  const names = [...new Set([...Object.keys(process.env).filter((name) => !isKept(name)), ...Object.keys(given)])]
  const before = new Map(names.map((name) => [name, process.env[name]]))
  const [at, argv, input] = [process.cwd(), process.argv, Object.getOwnPropertyDescriptor(process, "stdin")!]
  const set = (name: string, value: string | undefined) => {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
  for (const name of names) set(name, given[name])
  process.argv = [...process.argv.slice(0, 2), ...args]
  process.chdir(cwd)
  Object.defineProperty(process, "stdin", { value: Readable.from([Buffer.from(stdin)]), configurable: true })
  const [stdout, stderr] = [collected(process.stdout), collected(process.stderr)]
  return {
    said: () => ({ stdout: stdout.text(), stderr: stderr.text() }),
    undo: () => {
      for (const stream of [stdout, stderr]) stream.undo()
      Object.defineProperty(process, "stdin", input)
      process.chdir(at)
      process.argv = argv
      for (const [name, value] of before) set(name, value)
    }
  }
}

/** Whatever clock the test has. */
const until = (isThere: () => boolean) =>
  Effect.callback<void>((resume) => {
    const timer = setInterval(() => {
      if (isThere()) resume(Effect.void)
    }, 10)
    return Effect.sync(() => clearInterval(timer))
  })

const oneAtATime = Semaphore.makeUnsafe(1)

const here = (program: Name, args: ReadonlyArray<string>, options: Options): Effect.Effect<Ended> =>
  Effect.acquireUseRelease(
    Effect.sync(() => become(args, options)),
    Effect.fnUntraced(function* ({ said }) {
      Signals.decide("command")
      // Nothing of the test is the program's, its clock neither.
      const fiber = Effect.runFork<void, unknown>(
        Effect.provideService(programs[program](args), ConfigProvider.ConfigProvider, ConfigProvider.fromEnv())
      )
      const isEnded = () => fiber.pollUnsafe() !== undefined
      const isTold = () => {
        const { stderr, stdout } = said()
        return options.until?.test(stdout + stderr) === true
      }
      yield* Effect.onInterrupt(
        until(() => isEnded() || isTold()),
        () => Fiber.interrupt(fiber)
      )
      yield* Fiber.interrupt(fiber)
      const exit = yield* Fiber.await(fiber)
      return { code: ExitCode.ofExit(exit, Signals.interrupted()), ...said() }
    }),
    ({ undo }) => Effect.sync(undo)
  ).pipe(oneAtATime.withPermits(1))

const apart = Effect.fnUntraced(function* (program: Name, args: ReadonlyArray<string>, options: Options) {
  const running = yield* Process.start(program, args, options)
  if (options.until !== undefined) {
    const isRunning = yield* Effect.raceFirst(
      Effect.as(running.until(options.until), true),
      Effect.as(running.ended, false)
    )
    if (isRunning) yield* running.signal("SIGTERM")
  }
  return yield* running.ended
}, Effect.scoped)

export const run = (
  program: Name,
  args: ReadonlyArray<string>,
  options: Options = {}
): Effect.Effect<Ended, Effect.Error<ReturnType<typeof apart>>> =>
  isProof ? apart(program, args, options) : here(program, args, options)
