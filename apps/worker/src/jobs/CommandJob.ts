/** Runs another program with a fresh token in its environment, as `genesys exec` does, and waits for it to end. */
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import * as ChildEnvironment from "@effect-genesys/core/ChildEnvironment"
import * as ChildIdentity from "@effect-genesys/program/ChildIdentity"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Redacted from "effect/Redacted"
import * as ChildProcess from "effect/process/ChildProcess"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import { accessSync, constants, statSync } from "node:fs"
import { delimiter, join, resolve } from "node:path"
import * as CommandOutput from "./commandOutput.ts"

/** It could not be run, or has failed. Its arguments are not told: they may hold secrets. */
export class CommandError extends Schema.TaggedError<CommandError>("@effect-genesys/worker/CommandError")(
  "CommandError",
  { message: Schema.String }
) {}

const isProgram = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}

/** Whether there is such a program: a path, or a name that is found in `PATH`. Windows knows more ways, so there nothing is said. */
export const isThere = (program: string): boolean =>
  process.platform === "win32" ||
  (program.includes("/")
    ? isProgram(resolve(program))
    : (process.env["PATH"] ?? "").split(delimiter).some((folder) => isProgram(join(folder, program))))

/** Fails if a variable that a job is to be given is not there, or is the secret of an org, which no program is given. */
export const checkEnvironment = Effect.fnUntraced(function* (
  { env: named = [], name }: { readonly name: string; readonly env?: ReadonlyArray<string> },
  secrets: ReadonlyArray<string>
) {
  const [missing] = ChildEnvironment.missing(process.env, { named, hidden: secrets })
  if (missing === undefined) return
  const why = secrets.includes(missing)
    ? "is the secret of an org, which no program is given. The job has a token without it"
    : "is not set in the environment. Set it; a file .env does not count"
  return yield* new ConfigurationError({
    setting: missing,
    message: `${missing} in env of the job ${name} ${why}. Or take it out of env.`
  })
})

/** Where a second signal ends us at once, it must not go on alone. */
const endedWithUs = (pid: number) => {
  const end = () => {
    try {
      // It leads a group of its own.
      process.kill(process.platform === "win32" ? pid : -pid, "SIGTERM")
    } catch {
      // It has just ended by itself.
    }
  }
  return Effect.acquireRelease(
    Effect.sync(() => process.once("exit", end)),
    () => Effect.sync(() => process.removeListener("exit", end))
  )
}

/**
 * When it is interrupted, the program is sent SIGTERM, and SIGKILL five seconds later. Of our environment it is given what
 * programs need, and what is named.
 */
export const run = Effect.fn("CommandJob.run")(function* (
  [program, ...args]: readonly [string, ...Array<string>],
  given: ChildEnvironment.Options = {}
) {
  const { value } = yield* TokenManager.use((manager) => manager.token)
  const command = ChildProcess.make(program, args, {
    extendEnv: false,
    env: {
      ...(yield* ChildEnvironment.make(process.env, { ...given, nameIt: "in env of the job" })),
      ...(yield* ChildIdentity.of(value))
    },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    forceKillAfter: "5 seconds"
  })
  const ended = Effect.gen(function* () {
    const outer = yield* Effect.scope
    const inner = Effect.gen(function* () {
      const child = yield* command
      yield* endedWithUs(child.pid)
      const output = yield* Effect.forkIn(CommandOutput.log(child, Redacted.value(value)), outer)
      // Also of one that is told to end. What it has started, and left behind, may hold its output open.
      yield* Scope.addFinalizer(outer, Effect.ignore(Effect.timeoutOption(Fiber.await(output), "1 second")))
      return yield* child.exitCode
    })
    return yield* Effect.scoped(inner)
  })
  const code = yield* Effect.scoped(ended).pipe(
    Effect.mapError(
      () =>
        new CommandError({
          message: `${program} cannot be run, or was ended by a signal. Check its path and its rights.`
        })
    )
  )
  if (Number(code) !== 0) {
    return yield* new CommandError({
      message: `${program} has ended with code ${code}. What it printed is in the log.`
    })
  }
  return { code: 0 }
})
