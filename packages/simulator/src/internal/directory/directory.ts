/**
 * Users and queues by id and with what can be expanded, for the endpoints and the notifications.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { ExpandedUser, Presence, Queue, RoutingStatus } from "../../api/DirectoryApi.ts"
import { queueNames } from "./queueNames.ts"
import { Presences } from "./presences.ts"
import * as Random from "../shared/random.ts"
import { Settings } from "../shared/settings.ts"
import { Users } from "./users.ts"

export class Directory extends Context.Service<
  Directory,
  {
    /** The numbers of the users in this state, in order. */
    readonly inState: (state: "active" | "inactive" | "deleted" | "any") => ReadonlyArray<number>
    /** The number of the user with this id. */
    readonly userNumber: (id: string) => number | undefined
    readonly user: (number: number, now: number, expand: ReadonlySet<string>) => typeof ExpandedUser.Type
    readonly presence: (number: number, now: number) => typeof Presence.Type
    readonly routingStatus: (number: number, now: number) => typeof RoutingStatus.Type
    /** When one of them changed: after `from`, up to and including `to`. */
    readonly changes: Presences["Service"]["changes"]
    /** Sorted by name. */
    readonly queues: ReadonlyArray<typeof Queue.Type>
  }
>()("@effect-genesys/simulator/internal/Directory") {
  static readonly layer = Layer.effect(
    Directory,
    Effect.gen(function* () {
      const { seed } = yield* Settings
      const users = yield* Users
      const presences = yield* Presences
      const numbers = new Map<string, number>()
      const states = new Map<string, ReadonlyArray<number>>()
      const idOf = (number: number) => users.field(number, "id") ?? ""

      const inState = (state: string) => {
        let found = states.get(state)
        if (found === undefined) {
          const all = Array.from({ length: users.count }, (_, number) => number)
          found = state === "any" ? all : all.filter((number) => users.field(number, "state") === state)
          states.set(state, found)
        }
        return found
      }

      const presence = (number: number, now: number) => {
        const { definitionId, since, systemPresence } = presences.at(number, now)
        const id = idOf(number)
        return {
          id,
          source: "PURECLOUD",
          primary: true,
          presenceDefinition: {
            id: definitionId,
            systemPresence,
            selfUri: `/api/v2/presencedefinitions/${definitionId}`
          },
          message: "",
          modifiedDate: new Date(since).toISOString(),
          selfUri: `/api/v2/users/${id}/presences/PURECLOUD`
        } as const
      }

      const routingStatus = (number: number, now: number): typeof RoutingStatus.Type => {
        const { routingSince, routingStatus: status } = presences.at(number, now)
        return { userId: idOf(number), status, startTime: new Date(routingSince).toISOString() }
      }

      const queues = queueNames.map((name, i) => {
        const id = Random.uuid(seed, Random.streams.queue, i)
        const { division } = users.get(0)
        return { id, name, division, memberCount: users.count, selfUri: `/api/v2/routing/queues/${id}` }
      })

      return Directory.of({
        inState,
        userNumber: (id) => {
          if (numbers.size === 0) for (const number of inState("any")) numbers.set(idOf(number), number)
          return numbers.get(id)
        },
        user: (number, now, expand) =>
          Object.assign(
            users.get(number),
            expand.has("presence") ? { presence: presence(number, now) } : {},
            expand.has("routingStatus") ? { routingStatus: routingStatus(number, now) } : {}
          ),
        presence,
        routingStatus,
        changes: presences.changes,
        queues: queues.toSorted((a, b) => (a.name < b.name ? -1 : 1))
      })
    })
  )
}
