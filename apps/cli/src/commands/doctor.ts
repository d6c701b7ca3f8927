/** `genesys doctor`: what keeps this machine from calling Genesys Cloud, and what to do about it. */
import * as Identity from "@effect-genesys/program/Identity"
import * as TerminalText from "@effect-genesys/program/TerminalText"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as CommonErrors from "../doctor/CommonErrors.ts"
import * as Doctor from "../doctor/Doctor.ts"

const json = Flag.Boolean("json").pipe(Flag.withDescription("Print one JSON document"), Flag.withDefault(false))

const tryRegions = Flag.Boolean("try-regions").pipe(
  Flag.withDescription(
    "If the credentials are refused, show them to the login hosts of all other regions of Genesys Cloud"
  ),
  Flag.withDefault(false)
)

export const doctor = Command.make("doctor", { json, tryRegions }, (flags) =>
  Effect.gen(function* () {
    const { checks, isSimulator } = yield* Doctor.examine({
      tryRegions: flags.tryRegions,
      onCheck: flags.json ? () => Effect.void : (check) => Console.log(linesOf(check))
    })
    if (flags.json) yield* Console.log(JSON.stringify({ isSimulator, checks: checks.map(shown) }))
    else if (isSimulator) yield* Console.log("\nThis is the simulator of effect-genesys, not Genesys Cloud.")
    const first = checks.find(({ state }) => state === "failed")
    if (first?.state === "failed") return yield* Effect.fail(first.error)
  }).pipe(Effect.provide(Identity.layerStore))
).pipe(
  Command.withDescription(
    "Check the settings, the network, the clock, the login, a call, its permissions and the rate limit, and say of each " +
      "failure what it means and what to do. It asks for one token. The exit code is that of the first failure."
  ),
  Command.withExamples([
    { command: "genesys doctor", description: "Check everything" },
    { command: "genesys doctor --try-regions", description: "Find the region of credentials that are refused" },
    { command: "genesys doctor --json", description: "The same for programs" }
  ])
)

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
