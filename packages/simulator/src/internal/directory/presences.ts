/**
 * What each user is up to, computed from the seed, the number of the user and the time: it may change every quarter of an
 * hour, at a moment of the user's own.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "../shared/random.ts"
import { Settings } from "../shared/settings.ts"

const slot = 15 * 60 * 1000
const states = ["On Queue", "On Queue", "On Queue", "Available", "Busy", "Away", "Meal", "Offline"] as const

export interface PresenceState {
  /** Such as `On Queue`. */
  readonly systemPresence: (typeof states)[number]
  readonly definitionId: string
  /** When the present slot began, in milliseconds since 1970. */
  readonly since: number
}

export class Presences extends Context.Service<
  Presences,
  { readonly at: (user: number, now: number) => PresenceState }
>()("@effect-genesys/simulator/internal/Presences") {
  static readonly layer = Layer.effect(
    Presences,
    Effect.map(Settings, ({ seed }) => {
      const ids = new Map(states.map((state, i) => [state, Random.uuid(seed, Random.streams.presence, i)]))
      return Presences.of({
        at: (user, now) => {
          const phase = Random.bits(seed, Random.streams.presence, user, 4) % slot
          const number = Math.floor((now - phase) / slot)
          const systemPresence = Random.pick(
            states,
            Random.bits(seed, Random.streams.presence, user * 1_000_000 + (number % 1_000_000), 5)
          )
          return { systemPresence, definitionId: ids.get(systemPresence)!, since: number * slot + phase }
        }
      })
    })
  )
}
