import { argumentsOf, Catalogue } from "@effect-genesys/sdk/Catalogue"
import { Console, Effect, Option } from "effect"

const program = Effect.gen(function* () {
  const catalogue = yield* Catalogue
  const all = yield* catalogue.operations
  yield* Console.log(`${all.length} operations`)

  // With its class, or by its name alone: several classes may have it.
  for (const operation of yield* catalogue.find("UsersApi.patchUser")) {
    const { answer, body, example } = yield* catalogue.types(operation)
    yield* Console.log(
      operation.method,
      operation.path,
      Option.getOrElse(body, () => "no body"),
      "→",
      answer
    )
    yield* Console.log(JSON.stringify(Option.getOrUndefined(example), undefined, 2))
    // What sdk.call(operation.api, operation.name, ...) takes.
    yield* Console.log(argumentsOf(operation, { userId: "1", body: { version: 2 } }))
  }
})

await Effect.runPromise(Effect.provide(program, Catalogue.layer))
