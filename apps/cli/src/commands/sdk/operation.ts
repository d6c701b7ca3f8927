/** The argument that names an operation. */
import * as Argument from "effect/cli/Argument"

export const operation = Argument.String("operation").pipe(
  Argument.withDescription("Such as UsersApi.getUser, or getUser if that is clear")
)
