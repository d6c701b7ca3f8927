/**
 * jq itself, compiled to WebAssembly: real jq 1.8, without a compiler, a binary or a network. Loaded by its first use. It sees
 * no file and no variable of this machine.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Signals from "@effect-genesys/program/Signals"
import { UsageError } from "@effect-genesys/program/UsageError"

/** The expression is good, but not for this input. What came before the failure is printed all the same. */
export class JqError extends Schema.TaggedError<JqError>("@effect-genesys/cli/JqError")("JqError", {
  message: Schema.String
}) {}

export interface Outcome {
  /** A JSON text each. */
  readonly results: ReadonlyArray<string>
  readonly error: JqError | undefined
}

/** Runs on any number of inputs at once, which is a hundred times as fast as one by one. */
export type Jq = (inputs: ReadonlyArray<unknown>) => Outcome

const oneLine = (text: string) => text.replaceAll(/\s+/g, " ").trim()

/** A `UsageError` that names the expression if it is none. */
export const make = Effect.fnUntraced(function* (expression: string): Effect.fn.Return<Jq, UsageError> {
  const jq = yield* Effect.promise(async () => (await import("jq-wasm")).loadJq())
  // An expression that looks like a flag would be one.
  const query = expression.startsWith("-") ? ` ${expression}` : expression
  // It may be one that never ends.
  const raw = (text: string) => Signals.endingAtOnce(() => jq.raw(text, query, ["-c"]))
  const { exitCode, stderr } = raw("")
  if (exitCode !== 0) {
    const [first = ""] = stderr.split(" at <top-level>")
    const column = / column (\d+)/.exec(stderr)?.[1]
    return yield* new UsageError({
      message:
        `--jq ${JSON.stringify(expression)} is not a jq expression: ${oneLine(first.replace(/^jq: error: /, ""))}` +
        `${column === undefined ? "" : ` (column ${Number(column) - (query.length - expression.length)})`}.`
    })
  }
  return (inputs) => {
    const text = inputs.map((input) => JSON.stringify(input)).join("\n")
    const done = raw(text)
    // Its exit code is that of the last input; what it says of the others is on its standard error, as is what `debug` says.
    const first = done.stderr.split("\n").find((line) => line.startsWith("jq: error"))
    const failure = first ?? (done.exitCode === 0 ? undefined : done.stderr)
    return {
      results: done.stdout.split("\n").filter((line) => line !== ""),
      error:
        failure === undefined
          ? undefined
          : new JqError({
              message: `jq cannot apply ${JSON.stringify(expression)} to a result: ${oneLine(failure.replace(/^jq: error( \(at [^)]*\))?:? ?/, ""))}.`
            })
    }
  }
})
