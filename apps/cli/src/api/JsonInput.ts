/** Reads JSON that somebody gave in a file or on standard input. What is wrong with it is told by line and column. */
import * as InputFile from "@effect-genesys/core/InputFile"
import * as JsonText from "@effect-genesys/core/JsonText"
import * as ExactNumber from "@effect-genesys/client/ExactNumber"
import * as Utf8 from "@effect-genesys/core/Utf8"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as PlatformError from "effect/PlatformError"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import type { ParseError } from "jsonc-parser"
import { UsageError } from "@effect-genesys/program/UsageError"

/** Where it can come from. */
export type Sources = FileSystem.FileSystem | Stdio.Stdio

/** How messages name it. */
export const nameOf = (source: string): string => (source === "-" ? "standard input" : source)

const why = (error: PlatformError.PlatformError) =>
  error.reason._tag === "NotFound"
    ? "does not exist"
    : error.reason._tag === "PermissionDenied"
      ? "may not be read"
      : "cannot be read"

/** @param source a path, or `-` for standard input */
export const bytes = Effect.fnUntraced(
  function* (source: string) {
    if (source !== "-") return yield* InputFile.read(source)
    const { stdin } = yield* Stdio.Stdio
    return Buffer.concat(yield* Stream.runCollect(stdin))
  },
  (reading, source) =>
    Effect.mapError(reading, (error) => new UsageError({ message: `${nameOf(source)} ${why(error)}. Check the path.` }))
)

/** UTF-8; anything else is refused, because it would be sent as something that nobody wrote. */
export const decode = (source: string, data: Uint8Array): Effect.Effect<string, UsageError> =>
  Effect.mapError(
    Effect.fromResult(Utf8.decode(data)),
    (what) => new UsageError({ message: `${nameOf(source)} ${what}.` })
  )

export const text = (source: string) => Effect.flatMap(bytes(source), (data) => decode(source, data))

/** @param firstLine where the text begins in its source */
export const parse = (source: string, json: string, firstLine = 1): Effect.Effect<unknown, UsageError> => {
  if (JsonText.isTooDeep(json)) {
    const message = `${nameOf(source)} holds ${JsonText.tooDeep}, which Genesys Cloud does not take. Nothing was sent.`
    return Effect.fail(new UsageError({ message }))
  }
  return Effect.tryPromise({
    try: async () => ExactNumber.parse(json),
    catch: (error) => error
  }).pipe(
    Effect.catch((error) =>
      Effect.flatMap(
        Effect.promise(() => locate(json).catch(() => placeOf(json, guessed(json, error)))),
        ({ column, line }) =>
          Effect.fail(
            new UsageError({
              message:
                `${nameOf(source)} is not JSON at line ${line + firstLine - 1}, column ${column}: ` +
                `${described(error)}. Nothing was sent.`
            })
          )
      )
    )
  )
}

/** Without the text around the mistake, which the engine adds. */
const described = (error: unknown) => {
  const message = error instanceof Error ? error.message : "it cannot be read"
  const excerpt = message.endsWith(" is not valid JSON") ? message.search(/, (?:\.\.\.)?"/) : -1
  return (excerpt === -1 ? message : message.slice(0, excerpt))
    .replace(/ in JSON at position.*$/s, "")
    .replaceAll(/\s+/g, " ")
}

const placeOf = (json: string, offset: number) => {
  const before = json.slice(0, offset).split("\n")
  return { line: before.length, column: before.at(-1)!.length + 1 }
}

/** For a text that nests deeper than our parser can follow: where the engine says, or its end. */
const guessed = (json: string, error: unknown) => Number(/ at position (\d+)/.exec(String(error))?.[1] ?? json.length)

/** The engine tells the place of some mistakes only; this parser tells that of all. */
const locate = async (json: string) => {
  const { parse: parseTree } = await import("jsonc-parser")
  const errors: Array<ParseError> = []
  parseTree(json, errors, { disallowComments: true, allowTrailingComma: false })
  return placeOf(json, errors[0]?.offset ?? json.length)
}
