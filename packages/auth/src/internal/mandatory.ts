/** The last part of a token's life, in which it counts as gone. */
import * as Duration from "effect/Duration"

export interface Mandatory {
  readonly mandatoryFraction: number
  readonly mandatoryCap: Duration.Duration
}

/** As it is by default. */
export const mandatory: Mandatory = { mandatoryFraction: 0.02, mandatoryCap: Duration.seconds(30) }
