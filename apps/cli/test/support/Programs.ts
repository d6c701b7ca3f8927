/**
 * Runs either program to its end in the process of the test, as its `main` does and with nothing but the settings given: for what a
 * process of its own would not show. `PROVE=1`: each is a process of its own, as it was built. They run one at a time.
 */
import * as CommandLine from "@effect-genesys/program/CommandLine"
import * as ExitCode from "@effect-genesys/program/ExitCode"
import * as Signals from "@effect-genesys/program/Signals"
import * as NodeStdio from "@effect/platform-node/NodeStdio"
import * as TerminalCapabilities from "effect/cli/TerminalCapabilities"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Semaphore from "effect/Semaphore"
import { tmpdir } from "node:os"
import { Readable } from "node:stream"
import { vi } from "vitest"
import { genesysWorker } from "../../../worker/src/commands/genesysWorker.ts"
import * as Process from "../../../worker/test/support/Process.ts"
import { genesys } from "../../src/commands/genesys.ts"
import * as Screen from "./Screen.ts"

export const isProof = process.env["PROVE"] !== undefined

export interface Options extends Process.Options {
  /** Once what it says so far matches, it is told to stop. */
  readonly until?: RegExp | undefined
  /** Both of what it writes to are a terminal. */
  readonly isTerminal?: boolean
}

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** Of both, as it came. */
  readonly output: string
}

type Name = Parameters<typeof Process.start>[0]

const programs = {
  genesys: (args: ReadonlyArray<string>) => CommandLine.program(genesys, args, { name: "genesys", logLevel: "Warn" }),
  "genesys-worker": (args: ReadonlyArray<string>) =>
    CommandLine.program(genesysWorker, args, { name: "genesys-worker", logLevel: "Info", maybeService: true })
}

/** What this process needs whatever a program is given. */
const isKept = (name: string) => /^(?:VITEST|TMPDIR$|NODE_ENV$)/.test(name)

type Part = readonly [name: "stdout" | "stderr", bytes: Uint8Array]

const textOf = (parts: ReadonlyArray<Part>) => Buffer.concat(parts.map(([, bytes]) => bytes)).toString()

/** Has what is written on a stream collected; the stream takes itself for a terminal, or for none. */
const collect = (name: Part[0], into: Array<Part>, isTTY: boolean) => {
  const stream = process[name]
  const write = vi.spyOn(stream, "write").mockImplementation((part, done?: unknown) => {
    into.push([name, Buffer.from(part)])
    if (typeof done === "function") done()
    return true
  })
  const before = [stream.isTTY, stream.columns] as const
  Object.assign(stream, isTTY ? { isTTY, columns: 200 } : { isTTY })
  return () => {
    write.mockRestore()
    Object.assign(stream, { isTTY: before[0], columns: before[1] })
  }
}

/** Gives this process what a program of its own would have, until it is taken back. */
const become = ({ cwd = tmpdir(), env = {}, isTerminal = false, stdin = "" }: Options) => {
  const given = { ...Process.base(), ...env }
  const names = [...new Set([...Object.keys(process.env).filter((name) => !isKept(name)), ...Object.keys(given)])]
  const before = new Map(names.map((name) => [name, process.env[name]]))
  const [at, input] = [process.cwd(), Object.getOwnPropertyDescriptor(process, "stdin")!]
  const set = (name: string, value: string | undefined) => {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
  for (const name of names) set(name, given[name])
  process.chdir(cwd)
  Object.defineProperty(process, "stdin", { value: Readable.from([Buffer.from(stdin)]), configurable: true })
  const parts: Array<Part> = []
  const streams = [collect("stdout", parts, isTerminal), collect("stderr", parts, isTerminal)]
  const of = (wanted: Part[0]) => textOf(parts.filter(([name]) => name === wanted))
  return {
    said: () => ({ stdout: of("stdout"), stderr: of("stderr"), output: textOf(parts) }),
    undo: () => {
      for (const undo of streams) undo()
      Object.defineProperty(process, "stdin", input)
      process.chdir(at)
      for (const [name, value] of before) set(name, value)
    }
  }
}

/** What a process finds out once: its environment, and whether its terminal shows colours. */
const fresh = () =>
  TerminalCapabilities.layer.pipe(
    Layer.provide(NodeStdio.layer),
    Layer.provideMerge(ConfigProvider.layer(ConfigProvider.fromEnv()))
  )

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
    Effect.sync(() => become(options)),
    Effect.fnUntraced(function* ({ said }) {
      Signals.decide("command")
      // Nothing of the test is the program's, its clock neither.
      const fiber = Effect.runFork<void, unknown>(Effect.provide(programs[program](args), fresh()))
      const isEnded = () => fiber.pollUnsafe() !== undefined
      const isTold = () => options.until?.test(said().output) === true
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
  const { stderr, stdout, ...ended } = yield* running.ended
  return { ...ended, stdout, stderr, output: stdout + stderr }
}, Effect.scoped)

export const run = (
  program: Name,
  args: ReadonlyArray<string>,
  options: Options = {}
): Effect.Effect<Ended, Effect.Error<ReturnType<typeof apart>>> =>
  isProof ? apart(program, args, options) : here(program, args, options)

/** `genesys` where both of its outputs are a terminal; to type into one, or to see it drawn, start a `Screen`. */
export const inTerminal = Effect.fnUntraced(function* (args: ReadonlyArray<string>, env: Process.Env) {
  if (!isProof) return yield* here("genesys", args, { env: { TERM: "xterm-256color", ...env }, isTerminal: true })
  const screen = yield* Screen.start(args, env)
  return { code: yield* screen.ended, output: screen.output() }
}, Effect.scoped)
