/** The exit codes that scripts rely on: one for each thing that a script can do about a failure. */
import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { ChildExit } from "./ChildExit.ts"

/** The codes by what has happened. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  authentication: 3,
  permission: 4,
  notFound: 5,
  rateLimit: 6,
  unavailable: 7,
  interrupted: 130,
  /** As a shell reports a program that SIGPIPE has ended. */
  closedPipe: 141
} as const

/** What each of them says, for whoever writes a script. */
export const exitMeanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  done: "It is done.",
  failed: "Anything that has no code of its own.",
  usage: "Wrong usage, or wrong settings.",
  authentication: "Genesys Cloud refused the credentials, or a token that it had just issued.",
  permission: "The OAuth client lacks a permission.",
  notFound: "There is no such thing.",
  rateLimit: "Too many calls, and no time left to wait.",
  unavailable: "A host could not be reached, or did not answer as it should.",
  interrupted: "It was interrupted.",
  closedPipe: "Whoever read its output has gone."
}

const byTag: ReadonlyMap<string, number> = new Map([
  ["ShowHelp", exitCodes.usage],
  ["ConfigurationError", exitCodes.usage],
  ["UsageError", exitCodes.usage],
  // The list that is asked for is none.
  ["ListError", exitCodes.usage],
  ["AuthenticationError", exitCodes.authentication],
  ["UnauthorizedError", exitCodes.authentication],
  ["PermissionError", exitCodes.permission],
  ["NotFoundError", exitCodes.notFound],
  ["RateLimitError", exitCodes.rateLimit],
  ["UnavailableError", exitCodes.unavailable]
])

const Tagged = Schema.Struct({ _tag: Schema.String })
const decodeTag = Schema.decodeUnknownOption(Tagged)

/** Help that was asked for by leaving out the subcommand is no wrong usage. */
const isHelp = Schema.is(Schema.Struct({ _tag: Schema.Literal("ShowHelp"), errors: Schema.Tuple([]) }))

/** The exit code of a failure. */
export const ofError = (error: unknown): number =>
  isHelp(error)
    ? exitCodes.done
    : error instanceof ChildExit
      ? error.code
      : Option.match(decodeTag(error), {
          onNone: () => exitCodes.failed,
          onSome: ({ _tag }) => byTag.get(_tag) ?? exitCodes.failed
        })

/**
 * The exit code of a program's end.
 *
 * @param interrupted what an interrupted program exits with: 130, or 0 for a service that was told to stop
 */
export const ofExit = (exit: Exit.Exit<unknown, unknown>, interrupted: number = exitCodes.interrupted): number => {
  if (Exit.isSuccess(exit)) return exitCodes.done
  if (Cause.hasInterruptsOnly(exit.cause)) return interrupted
  return Option.match(Cause.findErrorOption(exit.cause), { onNone: () => exitCodes.failed, onSome: ofError })
}
