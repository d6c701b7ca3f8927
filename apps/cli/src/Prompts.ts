/** What `genesys login` asks. Questions go to standard error: standard output is for data. */
import * as Region from "@effect-genesys/auth/Region"
import * as Streams from "@effect-genesys/runtime/Streams"
import * as TerminalText from "@effect-genesys/runtime/TerminalText"
import { UsageError } from "@effect-genesys/runtime/UsageError"
import * as Prompt from "effect/cli/Prompt"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as Stdio from "effect/Stdio"
import * as Terminal from "effect/Terminal"

/** Whether there is somebody to ask. */
export const interactive = Effect.sync(() => process.stdin.isTTY && process.stderr.isTTY)

const onStandardError = Effect.updateService(Terminal.Terminal, (terminal) =>
  Terminal.make({
    ...terminal,
    columns: Effect.sync(() => process.stderr.columns),
    rows: Effect.sync(() => process.stderr.rows),
    display: (text) => Effect.sync(() => Streams.tell(...TerminalText.ours(text)))
  })
)

const needed = (value: string) =>
  value.trim() === "" ? Effect.fail("It must not be empty") : Effect.succeed(value.trim())

export const region = (initial: Region.Region) =>
  Prompt.AutoComplete({
    message: "Region (type to search)",
    // The first is what the return key takes.
    choices: [initial.name, ...Region.names.filter((name) => name !== initial.name)].map((name) => {
      const found = Option.getOrElse(Region.find(name), () => initial)
      return { title: `${name} (${found.domain})`, value: found }
    })
  }).pipe(Prompt.run, onStandardError)

/** A prompt draws its default as it is, among sequences that are its own. */
const isDrawn = (text: string) => TerminalText.line(text) === text

export const clientId = (initial: Option.Option<string>) =>
  Prompt.String({
    message: "Client id",
    validate: needed,
    ...Option.match(Option.filter(initial, isDrawn), { onNone: () => ({}), onSome: (id) => ({ default: id }) })
  }).pipe(Prompt.run, onStandardError)

/** Nothing of what is typed is shown. */
export const secret = Prompt.Hidden({ message: "Client secret (not shown)", validate: needed }).pipe(
  Prompt.run,
  onStandardError
)

/** All of standard input, without the line end that most programs put there. */
export const secretFromInput = Effect.gen(function* () {
  const stdio = yield* Stdio.Stdio
  if (process.stdin.isTTY) {
    return yield* new UsageError({
      message: '--secret-stdin reads a pipe or a file: printf %s "$SECRET" | genesys login --secret-stdin'
    })
  }
  const text = yield* Stream.mkString(Stream.decodeText(stdio.stdin)).pipe(
    Effect.mapError(() => new UsageError({ message: "The secret cannot be read from standard input." }))
  )
  if (text.trim() === "") {
    return yield* new UsageError({ message: "Standard input is empty: pipe the client secret into it." })
  }
  return Redacted.make(text.trim())
})
