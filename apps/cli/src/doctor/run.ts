/** What `genesys doctor` does. */
import * as Identity from "@effect-genesys/program/Identity"
import * as TerminalText from "@effect-genesys/program/TerminalText"
import * as NodeDns from "@effect/platform-node/NodeDns"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Output from "../output/Output.ts"
import * as CommonErrors from "./CommonErrors.ts"
import * as Doctor from "./Doctor.ts"
import type { Input } from "./flags.ts"

export const run = ({ tryRegions }: Input) =>
  Effect.gen(function* () {
    const printer = yield* Output.make()
    const { checks, isSimulator } = yield* Doctor.examine({
      tryRegions,
      onCheck: printer.asked ? () => Effect.void : (check) => Console.log(linesOf(check))
    })
    const rows = checks.map(shown)
    if (printer.asked) yield* printer.report({ isSimulator, checks: rows }, rows)
    else if (isSimulator) yield* Console.log("\nThis is the simulator of effect-genesys, not Genesys Cloud.")
    const isWell = checks.every(({ state }) => state !== "failed")
    if (!printer.asked && isWell && process.stderr.isTTY) yield* Console.error("\nNext: genesys users list --limit 10.")
    const first = checks.find(({ state }) => state === "failed")
    if (first?.state === "failed") return yield* Effect.fail(first.error)
  }).pipe(Effect.provide([Identity.layerStore, NodeDns.layer]))

/** Without the error itself: its tag is enough for a program. */
const shown = (check: Doctor.Check) => {
  if (check.state !== "failed") return check
  const { error, ...rest } = check
  const { means, name, todo } = CommonErrors.ofError(error)
  return { ...rest, error: error._tag, commonError: plain(name), means: plain(means), todo: plain(todo) }
}

/** A terminal shows Markdown as it is. */
const plain = (markdown: string) => markdown.replaceAll("`", "")

const indent = " ".repeat(9)

const linesOf = (check: Doctor.Check): string => {
  const head = `${check.state.padEnd(8)} ${check.check}: ${TerminalText.line(check.detail)}`
  if (check.state !== "failed") return head
  const { means, name, todo } = CommonErrors.ofError(check.error)
  return [head, `${plain(name)} - ${plain(means)}`, `What to do: ${plain(todo)}`].join(`\n${indent}`)
}
