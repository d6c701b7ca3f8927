/**
 * What each user is up to now, as the directory tells it: the same as analytics tell of the time.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type Presence, type Routing, UserStatus } from "../analytics/userStatus.ts"

/** As the directory spells them. */
const spelled = {
  AVAILABLE: "Available",
  BREAK: "Break",
  MEAL: "Meal",
  OFFLINE: "Offline",
  ON_QUEUE: "On Queue"
} as const satisfies Readonly<Record<Presence, string>>

export interface PresenceState {
  /** Such as `On Queue`. */
  readonly systemPresence: (typeof spelled)[Presence]
  readonly definitionId: string
  /** When it began, in milliseconds since 1970. */
  readonly since: number
  readonly routingStatus: Routing
  readonly routingSince: number
}

/** What of it changes by itself. */
export type Changing = "presence" | "routingStatus"

export class Presences extends Context.Service<
  Presences,
  {
    readonly at: (user: number, now: number) => PresenceState
    /** The moments at which it changed, after `from`, up to and including `to`. */
    readonly changes: (user: number, what: Changing, from: number, to: number) => ReadonlyArray<number>
  }
>()("@effect-genesys/simulator/internal/Presences") {
  static readonly layer = Layer.effect(
    Presences,
    Effect.map(UserStatus, ({ at, definitionId, spans }) =>
      Presences.of({
        changes: (user, what, from, to) => {
          const { presence, routing } = spans(user, from, to + 1)
          return (what === "presence" ? presence : routing)
            .map((span) => span.from)
            .filter((moment) => moment > from && moment <= to)
        },
        at: (user, now) => {
          const { presence, routing } = at(user, now)
          return {
            systemPresence: spelled[presence.status],
            definitionId: definitionId(presence.status),
            since: presence.from,
            routingStatus: routing.status,
            routingSince: routing.from
          }
        }
      })
    )
  )
}
