/**
 * What operations there are: read from the very file of the official SDK that a program runs, when it is asked for. For
 * command lines, completion and documentation; a call needs none of it.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Declarations from "./internal/declarations.ts"
import { using } from "./internal/installed.ts"
import * as Sources from "./internal/sources.ts"
import type { MissingSdkError } from "./MissingSdkError.ts"
import type { Operation, Types } from "./CatalogueEntry.ts"

/**
 * Finds the operations of the installed SDK, with their parameters and types. Fails with a `MissingSdkError` where it
 * is not installed.
 */
export class Catalogue extends Context.Service<
  Catalogue,
  {
    /** All of them, by class and name. Read once. */
    readonly operations: Effect.Effect<ReadonlyArray<Operation>, MissingSdkError>
    /** Those of this name: `getUser`, in any class, or `UsersApi.getUser`. Reads no other operation. */
    readonly find: (name: string) => Effect.Effect<ReadonlyArray<Operation>, MissingSdkError>
    /** Reads the SDK's declarations. */
    readonly types: (operation: Operation) => Effect.Effect<Types, MissingSdkError>
  }
>()("@effect-genesys/sdk/Catalogue") {
  static readonly layer: Layer.Layer<Catalogue> = Layer.sync(Catalogue, () => {
    const sources = Sources.make()
    const declarations = Declarations.make()
    return Catalogue.of({
      operations: using(sources.all),
      find: (name) => using(() => sources.find(name)),
      types: (operation) => using(() => declarations.typesOf(operation))
    })
  })
}

/**
 * The arguments of a call from values by the names of parameters, for `GenesysSdk.call`. `customHeaders` may be among them;
 * other values without a parameter are left out, and a missing one is an `InvalidRequestError` of the call.
 */
export const argumentsOf = (
  operation: Operation,
  values: Readonly<Record<string, unknown>>
): ReadonlyArray<unknown> => [
  ...operation.parameters.filter(({ required }) => required).map(({ name }) => values[name]),
  Object.fromEntries(
    [...operation.parameters.filter(({ required }) => !required), { name: "customHeaders" }]
      .filter(({ name }) => values[name] !== undefined)
      .map(({ name }) => [name, values[name]])
  )
]
