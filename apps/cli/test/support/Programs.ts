/**
 * Runs either program in the process of the test, as its `main` does and with nothing but the settings given: for what a process of its
 * own would not show. `PROVE=1`: each is a process of its own, as it was built. They run one at a time.
 */
import * as CommandLine from "@effect-genesys/program/CommandLine"
import * as ExitCode from "@effect-genesys/program/ExitCode"
import * as Signals from "@effect-genesys/program/Signals"
import * as NodeStdio from "@effect/platform-node/NodeStdio"
import type * as Cause from "effect/Cause"
import * as TerminalCapabilities from "effect/cli/TerminalCapabilities"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import type { PlatformError } from "effect/PlatformError"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import type { EventEmitter } from "node:events"
import { tmpdir } from "node:os"
import { Readable } from "node:stream"
import { vi } from "vitest"
import { genesysWorker } from "../../../worker/src/commands/genesysWorker.ts"
import * as Process from "../../../worker/test/support/Process.ts"
import { genesys } from "../../src/commands/genesys.ts"
import { ofTree } from "../../src/Options.ts"
import * as Screen from "./Screen.ts"

export const isProof = process.env["PROVE"] !== undefined

export interface Options extends Process.Options {
  /** Once what it says so far matches, it is told to stop. */
  readonly until?: RegExp | undefined
  /** Both of what it writes to are a terminal. */
  readonly isTerminal?: boolean
  /** How wide it is. @default 200 */
  readonly columns?: number | undefined
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
  genesys: (args: ReadonlyArray<string>) => CommandLine.program(genesys, args, ofTree(genesys)),
  "genesys-worker": (args: ReadonlyArray<string>) =>
    CommandLine.program(genesysWorker, args, { name: "genesys-worker", logLevel: "Info", maybeService: true })
}

/** What this process needs whatever a program is given. */
const isKept = (name: string) => /^(?:VITEST|TMPDIR$|NODE_ENV$)/.test(name)

type Part = readonly [name: "stdout" | "stderr", bytes: Uint8Array]

const textOf = (parts: ReadonlyArray<Part>) => Buffer.concat(parts.map(([, bytes]) => bytes)).toString()

/** Has what is written on a stream collected; the stream takes itself for a terminal, or for none. */
const collect = (name: Part[0], into: Array<Part>, isTTY: boolean, columns: number) => {
  const stream = process[name]
  const write = vi.spyOn(stream, "write").mockImplementation((part, done?: unknown) => {
    into.push([name, Buffer.from(part)])
    if (typeof done === "function") done()
    return true
  })
  const before = [stream.isTTY, stream.columns] as const
  Object.assign(stream, isTTY ? { isTTY, columns } : { isTTY })
  return () => {
    write.mockRestore()
    Object.assign(stream, { isTTY: before[0], columns: before[1] })
  }
}

/** Gives this process what a program of its own would have, until it is taken back. */
const become = ({ columns = 200, cwd = tmpdir(), env = {}, isTerminal = false, stdin = "" }: Options) => {
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
  const streams = [collect("stdout", parts, isTerminal, columns), collect("stderr", parts, isTerminal, columns)]
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

/** A running program; it is ended with its scope. Its signals do what they do to the program, and nothing to the process of the test. */
export interface Running {
  /** Waits until the output so far matches. */
  readonly until: (pattern: RegExp) => Effect.Effect<Said, Cause.TimeoutError>
  readonly signal: (name: Signals.Signal) => Effect.Effect<void>
  readonly ended: Effect.Effect<Said & { readonly code: number }, PlatformError>
}

export interface Said {
  readonly stdout: string
  readonly stderr: string
}

const oneAtATime = Semaphore.makeUnsafe(1)

/** This process as that of a program, until it is left to the next one. */
const taken = (options: Options) =>
  Effect.acquireRelease(
    Effect.andThen(
      oneAtATime.take(1),
      Effect.sync(() => {
        const { said, undo } = become(options)
        let isTaken = true
        const leave = Effect.suspend(() => {
          if (!isTaken) return Effect.void
          isTaken = false
          undo()
          return oneAtATime.release(1)
        })
        return { said, leave }
      })
    ),
    ({ leave }) => leave,
    { interruptible: true }
  )

/** What a service makes of SIGHUP; the others end a program, here by an interruption. */
const hangUp = () => {
  const events: EventEmitter = process
  events.once("effect-genesys:signals", (receive: (name: Signals.Signal) => void) => receive("SIGHUP"))
  Signals.listen(() => {})
}

const startHere = Effect.fnUntraced(function* (program: Name, args: ReadonlyArray<string>, options: Options) {
  const { leave, said } = yield* taken(options)
  Signals.decide("command")
  // Nothing of the test is the program's, its clock neither.
  const fiber = Effect.runFork<void, unknown>(Effect.provide(programs[program](args), fresh()))
  yield* Effect.addFinalizer(() => Fiber.interrupt(fiber))
  return {
    said,
    isEnded: () => fiber.pollUnsafe() !== undefined,
    until: (pattern: RegExp) =>
      until(() => pattern.test(said().stdout + said().stderr)).pipe(
        Effect.timeout("30 seconds"),
        Effect.tapError(() => Effect.sync(() => console.error(said().output))),
        Effect.andThen(Effect.sync(said))
      ),
    signal: (name: Signals.Signal) =>
      Effect.sync(() => (name === "SIGHUP" ? hangUp() : fiber.interruptUnsafe(fiber.id))),
    ended: Effect.gen(function* () {
      const exit = yield* Fiber.await(fiber)
      const ended = { code: ExitCode.ofExit(exit, Signals.interrupted()), ...said() }
      yield* leave
      return ended
    })
  }
})

/** Starts a program that the test deals with while it runs. No other one runs in this process until it has `ended`. */
export const start = (
  program: Name,
  args: ReadonlyArray<string>,
  options: Process.Options = {}
): Effect.Effect<Running, PlatformError, Scope.Scope> =>
  isProof ? Process.start(program, args, options) : startHere(program, args, options)

const here = Effect.fnUntraced(function* (program: Name, args: ReadonlyArray<string>, options: Options) {
  const { ended, isEnded, said, signal } = yield* startHere(program, args, options)
  if (options.until !== undefined) {
    yield* until(() => isEnded() || options.until?.test(said().output) === true)
    yield* signal("SIGTERM")
  }
  return yield* ended
}, Effect.scoped)

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

/**
 * `genesys` where both of its outputs are a terminal; to type into one, or to see it drawn, start a `Screen`.
 *
 * @param stop once what is on it matches, the program is told to stop, in a real one by Ctrl-C
 */
export const inTerminal = Effect.fnUntraced(function* (
  args: ReadonlyArray<string>,
  env: Process.Env,
  stop?: RegExp,
  columns?: number
) {
  if (!isProof) {
    const shown = { env: { TERM: "xterm-256color", ...env }, isTerminal: true, columns }
    return yield* here("genesys", args, { ...shown, until: stop })
  }
  const screen = yield* Screen.start(args, env, columns)
  if (stop !== undefined) {
    yield* screen.until(stop)
    yield* screen.type("\u0003")
  }
  return { code: yield* screen.ended, output: screen.output() }
}, Effect.scoped)
