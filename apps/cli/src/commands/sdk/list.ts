/** `genesys sdk list`: which operations there are. */
import { listFlags, limited } from "@effect-genesys/runtime/ListFlags"
import * as Output from "@effect-genesys/runtime/Output"
import * as SdkOperation from "@effect-genesys/runtime/SdkOperation"
import { Catalogue } from "@effect-genesys/sdk/Catalogue"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

const words = Argument.String("text").pipe(
  Argument.withDescription("Words that the name, the path or the summary must all have"),
  Argument.variadic()
)

export const list = Command.make("list", { ...listFlags, words }, (flags) =>
  Effect.gen(function* () {
    const printer = yield* Output.make({ columns: ["operation", "method", "path", "summary"], csv: flags.csv })
    const wanted = flags.words.map((word) => word.toLowerCase())
    const rows = (yield* Catalogue.use(({ operations }) => operations))
      .map((operation) => ({
        operation: SdkOperation.nameOf(operation),
        method: operation.method,
        path: operation.path,
        summary: operation.summary
      }))
      .filter((row) => {
        const text = Object.values(row).join(" ").toLowerCase()
        return wanted.every((word) => text.includes(word))
      })
    yield* printer.rows(limited(flags.limit)(Stream.fromIterable(rows)))
  }).pipe(Effect.provide(Catalogue.layer))
).pipe(
  Command.withDescription("List the operations of the SDK, or those with some words in their name, path or summary."),
  Command.withExamples([
    { command: "genesys sdk list users search", description: "Operations that search users" },
    { command: "genesys sdk list --csv", description: "All of them, as CSV" }
  ])
)
