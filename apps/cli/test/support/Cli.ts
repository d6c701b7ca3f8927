/** Runs `genesys` as somebody at a shell does: with pipes, standard input and a folder of files. */
import * as Effect from "effect/Effect"
import { spawn } from "node:child_process"
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Process from "../../../worker/test/support/Process.ts"
import * as Settings from "../../../worker/test/support/Settings.ts"
import * as Programs from "./Programs.ts"

const bin = mkdtempSync(join(tmpdir(), "genesys-bin-"))
const quoted = (text: string) => `'${text}'`
const program = [process.execPath, ...Process.command("genesys")].map(quoted).join(" ")
writeFileSync(join(bin, "genesys"), `#!/bin/sh\nexec ${program} "$@"\n`)
chmodSync(join(bin, "genesys"), 0o755)

/** A folder of its own for a test. */
export const folder = () => mkdtempSync(join(tmpdir(), "genesys-cli-"))

export interface Options {
  readonly env?: Process.Env | undefined
  readonly cwd?: string | undefined
  readonly stdin?: string | undefined
  /** Once the output matches, the program is interrupted. */
  readonly until?: RegExp | undefined
}

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

const run = Effect.fnUntraced(function* (file: string, args: ReadonlyArray<string>, options: Options = {}) {
  const settings = yield* Settings.env
  return yield* Effect.callback<Ended>((resume) => {
    const child = spawn(file, args, {
      cwd: options.cwd ?? tmpdir(),
      env: {
        PATH: `${bin}:${process.env["PATH"]}`,
        XDG_CACHE_HOME: Process.shared("cache"),
        NODE_COMPILE_CACHE: Process.compiled,
        ...settings,
        ...options.env
      }
    })
    let stdout = ""
    let stderr = ""
    const stopIfDone = () => options.until?.test(stdout + stderr) && child.kill("SIGINT")
    child.stdout.setEncoding("utf8").on("data", (part: string) => {
      stdout += part
      stopIfDone()
    })
    child.stderr.setEncoding("utf8").on("data", (part: string) => {
      stderr += part
      stopIfDone()
    })
    child.stdin.on("error", () => undefined).end(options.stdin ?? "")
    child.on("close", (code) => resume(Effect.succeed({ code, stdout, stderr })))
    return Effect.sync(() => child.kill("SIGKILL"))
  })
})

/** A line for bash, in which `genesys` is the program. Its end is that of the last command. */
export const sh = (line: string, options: Options = {}) =>
  run("bash", ["--norc", "-c", options.until === undefined ? line : `exec ${line}`], options)

/** The program with the settings of the simulator, in this process. */
export const genesys = Effect.fnUntraced(function* (args: ReadonlyArray<string>, options: Options = {}) {
  const env = { ...(yield* Settings.env), ...options.env }
  return yield* Programs.run("genesys", args, { ...options, env })
})

/** The same in a process of its own. */
export const apart = (args: ReadonlyArray<string>, options: Options = {}) =>
  run(process.execPath, [...Process.command("genesys"), ...args], options)
