/** What `genesys completions` does. */
import * as Output from "@effect-genesys/runtime/Output"
import * as Shells from "@effect-genesys/runtime/Shells"
import { Catalogue } from "@effect-genesys/sdk/Catalogue"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

export const run = (...asked: Parameters<typeof Shells.script>) =>
  Effect.gen(function* () {
    const script = yield* Shells.script(...asked)
    yield* Output.raw(Stream.make(`${script}\n`))
  }).pipe(Effect.provide(Catalogue.layer))
