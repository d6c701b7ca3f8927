/** What `genesys login` asks. Questions go to standard error: standard output is for data. */
import * as Region from "@effect-genesys/auth/Region"
import { clientSecret } from "@effect-genesys/auth/ClientParts"
import * as OwnFile from "@effect-genesys/core/OwnFile"
import * as Utf8 from "@effect-genesys/core/Utf8"
import * as Streams from "@effect-genesys/program/Streams"
import * as TerminalText from "@effect-genesys/program/TerminalText"
import { UsageError } from "@effect-genesys/program/UsageError"
import * as Prompt from "effect/cli/Prompt"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
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

/** Genesys Cloud's are UUIDs; another host, such as the simulator, may have others. */
const idTyped = (isOfGenesys: boolean) => (value: string) =>
  Effect.filterOrFail(
    needed(value),
    (text) => !isOfGenesys || isUuid(text),
    () => "An id is like 8d6030f4-6093-4be8-a4a2-724c04f29baa: copy the whole of it"
  )
const isUuid = Schema.is(Schema.String.check(Schema.isUUID()))

/** @param isOfGenesys whether it is shown to a login host of Genesys Cloud */
export const clientId = (initial: Option.Option<string>, isOfGenesys: boolean) =>
  Prompt.String({
    message: "Client id",
    validate: idTyped(isOfGenesys),
    ...Option.match(Option.filter(initial, isDrawn), { onNone: () => ({}), onSome: (id) => ({ default: id }) })
  }).pipe(Prompt.run, onStandardError)

/** What the prompt takes, so that a secret that cannot be one is not shown to anybody. */
const secretText = Schema.decodeOption(clientSecret.schema)

const secretTyped = (value: string) =>
  Effect.flatMap(needed(value), (text) =>
    Option.match(secretText(text), {
      onNone: () => Effect.fail(`It must be ${clientSecret.expected}`),
      onSome: Effect.succeed
    })
  )

/** Nothing of what is typed is shown. */
export const secret = Prompt.Hidden({ message: "Client secret (not shown)", validate: secretTyped }).pipe(
  Prompt.run,
  onStandardError
)

const fromInput = (what: string) =>
  new UsageError({ message: `Standard input ${what}. Pipe the client secret into it, and nothing else.` })

/** All of standard input, without the line end that most programs put there. */
export const secretFromInput = Effect.gen(function* () {
  const stdio = yield* Stdio.Stdio
  if (process.stdin.isTTY) {
    return yield* new UsageError({
      message: '--secret-stdin reads a pipe or a file: printf %s "$SECRET" | genesys login --secret-stdin'
    })
  }
  const bytes = yield* stdio.stdin.pipe(
    Stream.mapError(() => new UsageError({ message: "The secret cannot be read from standard input." })),
    Stream.limitBytes(OwnFile.maxBytes, () => Stream.fail(fromInput(`is larger than ${OwnFile.maxBytes / 1024} KiB`))),
    Stream.mkUint8Array
  )
  const text = (yield* Effect.mapError(Effect.fromResult(Utf8.decode(bytes)), fromInput)).trim()
  if (text === "") return yield* fromInput("is empty")
  if (/[\r\n]/.test(text)) return yield* fromInput("has more than one line")
  const found = secretText(text)
  if (Option.isNone(found)) return yield* fromInput(`is not ${clientSecret.expected}`)
  return Redacted.make(found.value)
})
