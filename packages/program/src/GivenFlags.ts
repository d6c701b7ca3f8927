/** What the flags of a program say of who we are, however they were parsed; nothing in a program that has no such flags. */
import type * as Region from "@effect-genesys/auth/Region"
import * as Context from "effect/Context"
import * as Option from "effect/Option"

/** A profile and a region that were named. */
export interface Given {
  readonly profile: Option.Option<string>
  readonly region: Option.Option<Region.Region>
}

/** What was named by flags; by default nothing. */
export class GivenFlags extends Context.Reference<Given>("@effect-genesys/program/GivenFlags", {
  defaultValue: () => ({ profile: Option.none(), region: Option.none() })
}) {}
