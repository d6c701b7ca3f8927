/**
 * What operations there are: read from the very file of the official SDK that a program runs, when it is asked for. For
 * command lines, completion and documentation; a call needs none of it.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Declarations from "./internal/declarations.ts"
import { using } from "./internal/installed.ts"
import * as Sources from "./internal/sources.ts"
import type { MissingSdkError } from "./MissingSdkError.ts"
import type { ApiName } from "./Operations.ts"

export interface Parameter {
  /** As the operation calls it: an argument, or a key of its last argument, `opts`. */
  readonly name: string
  readonly in: "path" | "query" | "header" | "body" | "form"
  /** As the request calls it, such as `If-Match` for `ifMatch`; `body` for the body. */
  readonly sentAs: string
  /** `String`, `Number`, `Boolean`, `Date`, `Object` or `Array.<String>`; enumerations are `Object`, too. */
  readonly type: string
  /** An argument of its own. Parameters that are not required are keys of `opts`. */
  readonly required: boolean
  readonly description: string
}

export interface Operation {
  /** Such as `UsersApi`. */
  readonly api: ApiName
  /** Such as `postUsersSearch`. Several classes may have an operation of the same name. */
  readonly name: string
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD"
  /** Such as `/api/v2/users/{userId}`. */
  readonly path: string
  readonly summary: string
  /** What follows the summary, such as that the operation is deprecated or a preview; often empty. */
  readonly description: string
  /** Arguments in their order, then the keys of `opts`. */
  readonly parameters: ReadonlyArray<Parameter>
}

/** The types of an operation, as the SDK declares them in TypeScript. */
export interface Types {
  /** Such as `Models.UserSearchRequest`; none if it takes no body. */
  readonly body: Option.Option<string>
  /** A body with every field, three levels deep, to be cut down to what is needed. */
  readonly example: Option.Option<unknown>
  /** Such as `Models.UsersSearchResponse`, or `void`. */
  readonly answer: string
}

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
