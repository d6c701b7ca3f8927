/**
 * The permissions that an endpoint needs, as an annotation: `.annotate(Permissions, ["directory:user:view"])`. A client that
 * lacks them is answered with a 403 before the body is looked at.
 */
import * as Context from "effect/Context"

/** All of them are needed. Default: none. */
export const Permissions = Context.Reference<ReadonlyArray<string>>("@effect-genesys/simulator/Permissions", {
  defaultValue: () => []
})

/** One of them is enough. Default: none is needed. */
export const AnyPermission = Context.Reference<ReadonlyArray<string>>("@effect-genesys/simulator/AnyPermission", {
  defaultValue: () => []
})
