/** The presence and routing status of users as details tell them: as of a moment, filtered, user by user. */
import { interval } from "../../api/AnalyticsApi.ts"
import type { Filter, Predicate } from "../../api/AggregatesApi.ts"
import type { UserDetail, UserJobQuery } from "../../api/UserDetailsApi.ts"
import type { Users } from "../directory/users.ts"
import { iso } from "../shared/iso.ts"
import * as Filters from "./filters.ts"
import type { Span, UserStatus } from "./userStatus.ts"

type Values = Readonly<Record<string, string | undefined>>

/** Of one that has a value of each name. */
const test = (filters: ReadonlyArray<Filter>): ((values: Values) => boolean) =>
  Filters.joined(filters, ({ dimension, operator = "matches", value }: Predicate) => (values: Values) => {
    const found = values[dimension]
    if (operator === "exists") return found !== undefined
    return operator === "notExists" ? found === undefined : found === value
  })

const times = <Status>({ from, to }: Span<Status>, at: number) => ({
  startTime: iso(from),
  ...(to <= at ? { endTime: iso(to) } : {})
})

export const make = (users: Users["Service"], status: UserStatus["Service"]) => {
  const all = Array.from({ length: users.count }, (_, number) => number)

  /** The users of a query of which there is anything to tell. */
  return (query: UserJobQuery, at: number) => {
    const [from, to] = interval(query.interval)
    const isAsked = test(query.userFilters ?? [])
    const isPresence = test(query.presenceFilters ?? [])
    const isRouting = test(query.routingStatusFilters ?? [])
    // Whoever filters one of the two wants no other.
    const only = { presence: query.presenceFilters !== undefined, routing: query.routingStatusFilters !== undefined }
    const inOrder = <A>(records: ReadonlyArray<A>) => (query.order === "desc" ? records.toReversed() : records)

    const detail = (user: number, userId: string): UserDetail | undefined => {
      const { presence, routing } = status.spans(user, from, Math.min(to, at + 1))
      const presences = presence
        .map((span) =>
          Object.assign(times(span, at), {
            systemPresence: span.status,
            organizationPresenceId: status.definitionId(span.status)
          })
        )
        .filter(isPresence)
      const routings = routing
        .map((span) => Object.assign(times(span, at), { routingStatus: span.status }))
        .filter(isRouting)
      const primaryPresence = only.routing && !only.presence ? [] : inOrder(presences)
      const routingStatus = only.presence && !only.routing ? [] : inOrder(routings)
      if (primaryPresence.length + routingStatus.length === 0) return undefined
      return {
        userId,
        ...(primaryPresence.length === 0 ? {} : { primaryPresence }),
        ...(routingStatus.length === 0 ? {} : { routingStatus })
      }
    }

    return all.flatMap((user) => {
      const userId = users.field(user, "id") ?? ""
      if (!isAsked({ userId })) return []
      return detail(user, userId) ?? []
    })
  }
}
