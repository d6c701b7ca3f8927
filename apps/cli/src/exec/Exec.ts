/**
 * Runs another program in place of ours: same terminal, same streams, its exit code, and every signal that we are sent. What
 * it needs to know is in its environment, where no list of processes shows it.
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { type ChildProcess, spawn } from "node:child_process"
import { constants } from "node:os"
import { ChildExit } from "@effect-genesys/program/ChildExit"
import * as TerminalText from "@effect-genesys/program/TerminalText"

export interface ExecOptions {
  readonly command: string
  readonly args: ReadonlyArray<string>
  /** All of it. */
  readonly env: Record<string, string>
}

/** SIGINT and SIGQUIT come from the keys of a terminal, and then the program below us has them already. */
const fromKeys: ReadonlyArray<NodeJS.Signals> = ["SIGINT", "SIGQUIT"]
const passed: ReadonlyArray<NodeJS.Signals> = ["SIGTERM", "SIGHUP", "SIGUSR2"]

/** As a shell has it. */
const codes = { notExecutable: 126, notFound: 127, signal: 128 }

/** Succeeds if the program ends with 0. It cannot be interrupted: the program decides when it ends. */
export const exec = (options: ExecOptions): Effect.Effect<void, ChildExit> =>
  Effect.callback<void, ChildExit | NodeJS.ErrnoException>((resume) => {
    let child: ChildProcess
    try {
      child = spawn(options.command, options.args, { stdio: "inherit", env: options.env })
    } catch (error) {
      // Node throws some of the system's refusals: of a path through a file, of arguments that are too long.
      return resume(Effect.fail(error instanceof Error ? error : new Error(String(error))))
    }
    // They are the program's from here on; those of `Program.run` would end us before it.
    const inTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY
    for (const signal of [...fromKeys, ...passed]) {
      process.removeAllListeners(signal)
      process.on(signal, () => {
        if (!(inTerminal && fromKeys.includes(signal))) child.kill(signal)
      })
    }
    child.once("error", (error) => resume(Effect.fail(error)))
    child.once("exit", (code, signal) => {
      const ended = code ?? codes.signal + (signal === null ? 0 : constants.signals[signal])
      resume(ended === 0 ? Effect.void : Effect.fail(new ChildExit({ code: ended })))
    })
  }).pipe(
    Effect.catch((error) => {
      if (error instanceof ChildExit) return Effect.fail(error)
      const missing = error.code === "ENOENT"
      return Effect.andThen(
        Console.error(
          `genesys: ${TerminalText.line(options.command)} ${missing ? "is not a program that can be found" : "cannot be run"}.`
        ),
        Effect.fail(new ChildExit({ code: missing ? codes.notFound : codes.notExecutable }))
      )
    }),
    Effect.uninterruptible
  )
