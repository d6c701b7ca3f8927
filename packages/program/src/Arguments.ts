/** The arguments that a program was called with, for whoever tells how to call it again; none where they are not known. */
import * as Context from "effect/Context"

/** As they were parsed. */
export class Arguments extends Context.Reference<ReadonlyArray<string>>("@effect-genesys/program/Arguments", {
  defaultValue: () => []
}) {}
