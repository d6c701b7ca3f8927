/** What the callers of a local proxy get of its time and its connections, so that none of them can take all of it. */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"

export interface Limits {
  /** How many connections there may be. */
  readonly connections: number
  /** How long the head of a request may be under way. */
  readonly head: Duration.Duration
  /** How long a body may pause. */
  readonly pause: Duration.Duration
  /** How long a body that is held may be under way, or the beginning of a longer one. */
  readonly held: Duration.Duration
  /** How long a longer body may be under way, and its call. It is sent once. */
  readonly upload: Duration.Duration
}

export const Limits = Context.Reference<Limits>("@effect-genesys/cli/proxy/Limits", {
  defaultValue: () => ({
    connections: 1024,
    head: Duration.seconds(10),
    pause: Duration.seconds(30),
    held: Duration.minutes(2),
    upload: Duration.hours(24)
  })
})
