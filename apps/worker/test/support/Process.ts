/** Starts one of the programs, as it was built, as its user would: a process of its own, with nothing but the environment given. */
import * as NodeChildProcessSpawner from "@effect/platform-node/NodeChildProcessSpawner"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as ChildProcess from "effect/process/ChildProcess"
import * as Ref from "effect/Ref"
import * as Stream from "effect/Stream"
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { expect } from "vitest"
import * as Bundled from "../../../../scripts/test/Bundled.ts"

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

const mains = {
  genesys: path("../../../cli/bin/genesys.cjs"),
  "genesys-worker": path("../../bin/genesys-worker.cjs")
}

const folders = new Map<string, string>()

/** A folder that the tests of one file share with each other, and with those of no other file that this process runs. */
export const shared = (name: string): string => {
  const key = `${name} of ${expect.getState().testPath}`
  const found = folders.get(key) ?? mkdtempSync(join(tmpdir(), `genesys-${name}-`))
  folders.set(key, found)
  return found
}

/** So that not every test file has the programs compiled. */
export const compiled = path("../../../../node_modules/.cache/compiled")

/** What every program is given. No profile of whoever runs the tests is found, and no secret is put into a keyring. */
export const base = (): Env => ({
  PATH: process.env["PATH"] ?? "",
  XDG_CACHE_HOME: shared("cache"),
  XDG_CONFIG_HOME: shared("config"),
  GENESYS_CLOUD_SECRET_STORE: "file",
  NODE_COMPILE_CACHE: compiled
})

export type Env = Record<string, string>

/** What `node` is given to run a program as it was built. */
export const command = (program: keyof typeof mains): ReadonlyArray<string> => [mains[program]]

export interface Options {
  readonly env?: Env | undefined
  /** An empty folder by default, so that no `.env` file is read. */
  readonly cwd?: string | undefined
  /** What it reads; nothing by default. */
  readonly stdin?: string | undefined
  /** What a command line begins with, to run it elsewhere: such as in a namespace. It must become the program. */
  readonly through?: ReadonlyArray<string> | undefined
}

/** A running program whose output is collected. It is killed when the test ends. */
export const start = (program: keyof typeof mains, args: ReadonlyArray<string>, options?: Options) =>
  startNode([...command(program), ...args], options)

/** Nothing that has to do with the terminal of the tests, of which there is one for all programs that run at once. */
const spawner = Layer.provide(NodeChildProcessSpawner.layer, [NodeFileSystem.layer, NodePath.layer])

const startNode = Effect.fnUntraced(function* (
  args: ReadonlyArray<string>,
  { cwd = tmpdir(), env = {}, stdin, through = [] }: Options = {}
) {
  const [first = process.execPath, ...rest] = [...through, process.execPath, ...args]
  const handle = yield* ChildProcess.make(first, rest, {
    cwd,
    env: { ...base(), ...env },
    extendEnv: false,
    stdin: stdin === undefined ? "ignore" : Stream.succeed(new TextEncoder().encode(stdin)),
    killSignal: "SIGKILL"
  })
  const collect = Effect.fnUntraced(function* (output: typeof handle.stdout) {
    const text = yield* Ref.make("")
    const fiber = yield* Effect.forkScoped(
      Stream.runForEach(Stream.decodeText(output), (part) => Ref.update(text, (before) => before + part))
    )
    return { text, fiber }
  })
  const stdout = yield* collect(handle.stdout)
  const stderr = yield* collect(handle.stderr)
  const both = Effect.all({ stdout: Ref.get(stdout.text), stderr: Ref.get(stderr.text) })
  return {
    pid: handle.pid,
    signal: (killSignal: "SIGHUP" | "SIGINT" | "SIGTERM") => Effect.sync(() => process.kill(handle.pid, killSignal)),
    /** So far. */
    output: both,
    /** Waits until the output so far matches. */
    until: (pattern: RegExp) =>
      Effect.repeat(Effect.delay(both, "20 millis"), { until: (out) => pattern.test(out.stdout + out.stderr) }).pipe(
        Effect.timeout("30 seconds"),
        Effect.tapError(() => Effect.flatMap(both, (out) => Effect.sync(() => console.error(out))))
      ),
    ended: Effect.gen(function* () {
      const code: number = yield* handle.exitCode
      yield* Effect.all([Fiber.await(stdout.fiber), Fiber.await(stderr.fiber)])
      return { code, ...(yield* both) }
    })
  }
}, Effect.provide(spawner))

/** Runs a program to its end. */
export const run = (program: keyof typeof mains, args: ReadonlyArray<string>, options?: Options) =>
  Effect.scoped(Effect.flatMap(start(program, args, options), ({ ended }) => ended))

/** Runs Node. */
export const runNode = (args: ReadonlyArray<string>, options?: Options) =>
  Effect.scoped(Effect.flatMap(startNode(args, options), ({ ended }) => ended))

/** Runs an example on the sources of the packages. */
export const runFile = (file: string, options: Options) =>
  Effect.flatMap(
    Effect.promise(() => Bundled.program(file)),
    (args) => runNode(args, { ...options, env: { NODE_COMPILE_CACHE: Bundled.compiled(), ...options.env } })
  )
