/** What the `Catalogue` says of one operation. */
import type * as Option from "effect/Option"
import type { ApiName } from "./Operations.ts"

/** One parameter of an operation: its name, where it goes in the request, and its type. */
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

/** One operation of the SDK: its class, name, method, path and parameters. */
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
