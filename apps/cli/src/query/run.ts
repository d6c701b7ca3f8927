/** What `genesys query` does. */
import type { QueryError } from "@effect-genesys/export/QueryError"
import * as SinkQueries from "@effect-genesys/program/SinkQueries"
import * as SinkSettings from "@effect-genesys/program/SinkSettings"
import { UsageError } from "@effect-genesys/program/UsageError"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Record from "effect/Record"
import * as Stream from "effect/Stream"
import * as Struct from "effect/Struct"
import { limited } from "../output/ListFlags.ts"
import * as Output from "../output/Output.ts"
import type { Query } from "./flags.ts"

const wrong = (message: string) => new UsageError({ message })

/** Which copy it is, once the flags fit together. */
const copyOf = Effect.fnUntraced(function* (flags: Query): Effect.fn.Return<SinkSettings.Sink, UsageError> {
  const given: Readonly<Record<string, string>> = Record.getSomes(Struct.pick(flags, ["postgres", "schema", "ca"]))
  const { elsewhere } = SinkSettings.entries.postgres.commandLine
  if (Option.isSome(flags.from)) {
    if (given["postgres"] !== undefined) return yield* wrong("Name one copy: --from DIR, or --postgres VARIABLE.")
    const [misplaced] = Object.keys(given)
    if (misplaced !== undefined) return yield* wrong(elsewhere[misplaced] ?? `--${misplaced} does not go with --from.`)
    return SinkSettings.fromWritten({ ndjson: flags.from.value })
  }
  if (given["postgres"] === undefined)
    return yield* wrong("Say which copy is asked: --from DIR that an export has written, or --postgres VARIABLE.")
  if (Option.isSome(flags.memory))
    return yield* wrong("--memory is for a copy in files. A database has settings of its own.")
  const what = SinkSettings.entries.postgres.commandLine.wrong(given)
  if (what !== undefined) return yield* wrong(what)
  return SinkSettings.fromWritten(given)
})

/** What a query asks for wrongly is wrong usage; one that takes too long or too much may do better another time. */
const explained = (error: QueryError) => (error.reason === "Limit" ? error : wrong(error.message))

export const run = (flags: Query) =>
  Effect.scoped(
    Effect.gen(function* () {
      const printer = yield* Output.make()
      const copy = yield* copyOf(flags)
      const { rows } = yield* SinkQueries.open(copy, {
        timeLimit: Option.getOrUndefined(flags.timeLimit),
        timeZone: Option.getOrUndefined(flags.timeZone),
        memory: Option.getOrUndefined(flags.memory)
      })
      yield* printer.rows(
        limited(Stream.catchTag(rows(flags.sql), "QueryError", (error) => Stream.fail(explained(error))))
      )
    })
  ).pipe(Effect.catchTag("QueryError", (error) => Effect.fail(explained(error))))
