/** What `genesys sdk describe` does. */
import { Catalogue } from "@effect-genesys/sdk/Catalogue"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Output from "../output/Output.ts"
import type { Describe } from "./flags.ts"
import * as SdkOperation from "./SdkOperation.ts"

export const run = (flags: Describe) =>
  Effect.gen(function* () {
    const printer = yield* Output.make()
    const found = yield* SdkOperation.find(flags.operation)
    const types = yield* Catalogue.use((catalogue) => catalogue.types(found))
    yield* printer.value({
      operation: SdkOperation.nameOf(found),
      method: found.method,
      path: found.path,
      summary: found.summary,
      ...(found.description === "" ? {} : { description: found.description }),
      parameters: found.parameters,
      ...Option.match(types.body, { onNone: () => ({}), onSome: (body) => ({ body }) }),
      ...Option.match(types.example, { onNone: () => ({}), onSome: (example) => ({ example }) }),
      answer: types.answer
    })
  }).pipe(Effect.provide(Catalogue.layer))
