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

export class Presences extends Context.Service<
  Presences,
  { readonly at: (user: number, now: number) => PresenceState }
>()("@effect-genesys/simulator/internal/Presences") {
  static readonly layer = Layer.effect(
    Presences,
    Effect.map(UserStatus, ({ at, definitionId }) =>
      Presences.of({
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
