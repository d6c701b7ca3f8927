/** What a command of `genesys` that makes calls stands on: the services of the API, and a token that all processes share. */
import { RefreshPolicy } from "@effect-genesys/auth/RefreshPolicy"
import * as Layer from "effect/Layer"
import * as AwaitedToken from "./AwaitedToken.ts"
import * as BudgetNote from "./BudgetNote.ts"
import * as Genesys from "./Genesys.ts"
import * as Identity from "@effect-genesys/program/Identity"

/**
 * A program that ends by itself renews nothing in the background: a token that is used up is renewed by the next call. A call asks
 * again for as long as it may take; in between it learns that the login host cannot be reached.
 */
export const layer = Layer.provideMerge(BudgetNote.layer, Genesys.layer).pipe(
  Layer.provide(Identity.layerStore),
  Layer.provide(Layer.succeed(RefreshPolicy, AwaitedToken.brief))
)
