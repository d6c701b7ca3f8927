/** `genesys sdk describe`: what an operation takes and gives, with a body to begin with. */
import * as Output from "@effect-genesys/runtime/Output"
import * as SdkOperation from "@effect-genesys/runtime/SdkOperation"
import { Catalogue } from "@effect-genesys/sdk/Catalogue"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { operation } from "./operation.ts"

export const describe = Command.make("describe", { operation }, (flags) =>
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
).pipe(
  Command.withDescription(
    "Describe an operation: its parameters, its types, and an example of a body with every field."
  ),
  Command.withExamples([
    { command: "genesys sdk describe postUsersSearch --output yaml", description: "What a search for users takes" },
    { command: "genesys sdk describe UsersApi.patchUser --jq .example", description: "A body to cut down and send" }
  ])
)
