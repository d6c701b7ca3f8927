/** What a program prints of a failure: one line that says what to do. The rest is for the log. */
import * as Cause from "effect/Cause"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { ChildExit } from "./ChildExit.ts"

const Shown = Schema.Struct({ message: Schema.NonEmptyString })
const decode = Schema.decodeUnknownOption(Shown)

const oneLine = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join(" ")

/** The line of an error; it says no more than that of one that has no message. */
export const ofError = (error: unknown): string =>
  Option.match(decode(error), { onNone: () => "An unexpected failure.", onSome: ({ message }) => oneLine(message) })

/** None where there is nothing to say: interruption, usage errors that are printed with the help, and another program's end. */
export const ofCause = (cause: Cause.Cause<unknown>): Option.Option<string> => {
  if (Cause.hasInterruptsOnly(cause)) return Option.none()
  return Option.match(Cause.findErrorOption(cause), {
    onNone: () => Option.some(`${ofError(Cause.squash(cause))} This is a defect of this program; please report it.`),
    onSome: (error) => (isShowHelp(error) || error instanceof ChildExit ? Option.none() : Option.some(ofError(error)))
  })
}

const isShowHelp = Schema.is(Schema.Struct({ _tag: Schema.Literal("ShowHelp") }))
