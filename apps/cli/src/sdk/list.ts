/** What `genesys sdk list` does. */
import { Catalogue } from "@effect-genesys/sdk/Catalogue"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { limited } from "../output/ListFlags.ts"
import * as Output from "../output/Output.ts"
import type { List } from "./flags.ts"
import * as SdkOperation from "./SdkOperation.ts"

export const run = (flags: List) =>
  Effect.gen(function* () {
    const printer = yield* Output.make({ columns: ["operation", "method", "path", "summary"] })
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
    yield* printer.rows(limited(Stream.fromIterable(rows)))
  }).pipe(Effect.provide(Catalogue.layer))
