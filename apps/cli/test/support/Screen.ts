/** Runs `genesys` in a pseudo-terminal, as a person sees it and types into it. */
import { spawn } from "@lydell/node-pty"
import * as Effect from "effect/Effect"
import { tmpdir } from "node:os"
import * as Process from "../../../worker/test/support/Process.ts"

export const start = Effect.fnUntraced(function* (args: ReadonlyArray<string>, env: Process.Env, columns = 200) {
  let output = ""
  let code: number | undefined
  const terminal = yield* Effect.acquireRelease(
    Effect.sync(() => {
      const started = spawn(process.execPath, [...Process.command("genesys"), ...args], {
        cols: columns,
        rows: 40,
        cwd: tmpdir(),
        env: { ...Process.base(), TERM: "xterm-256color", ...env }
      })
      started.onData((text) => (output += text))
      started.onExit(({ exitCode }) => (code = exitCode))
      return started
    }),
    (started) => Effect.sync(() => code === undefined && started.kill("SIGKILL"))
  )
  return {
    type: (text: string) => Effect.sync(() => terminal.write(text)),
    output: () => output,
    until: (pattern: RegExp) =>
      Effect.repeat(
        Effect.delay(
          Effect.sync(() => output),
          "20 millis"
        ),
        { until: (text) => pattern.test(text) }
      ).pipe(
        Effect.timeout("30 seconds"),
        Effect.tapError(() => Effect.sync(() => console.error(output)))
      ),
    ended: Effect.repeat(
      Effect.delay(
        Effect.sync(() => code),
        "20 millis"
      ),
      {
        until: (found): found is number => found !== undefined
      }
    ).pipe(Effect.timeout("30 seconds"))
  }
})
