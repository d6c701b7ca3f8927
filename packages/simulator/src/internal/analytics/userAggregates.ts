/** How long users were in each presence and each routing status, from the very spans that details tell. */
import { interval } from "../../api/AnalyticsApi.ts"
import type { Datum, Predicate } from "../../api/AggregatesApi.ts"
import type { UserAggregateQuery, UserAggregates } from "../../api/UserDetailsApi.ts"
import type { Users } from "../directory/users.ts"
import * as Buckets from "./buckets.ts"
import * as Filters from "./filters.ts"
import * as Statistics from "./statistics.ts"
import type { Span, UserStatus } from "./userStatus.ts"

export const make =
  (users: Users["Service"], status: UserStatus["Service"]) =>
  /** As of a moment. */
  (query: UserAggregateQuery, now: number): typeof UserAggregates.Type => {
    const [from, end] = interval(query.interval)
    const to = Math.min(end, now)
    const bounds = Buckets.make(from, end, query.granularity, query.timeZone)
    const statistics = Statistics.make(bounds)
    const metrics = [...new Set(query.metrics)]
    const byUser = query.groupBy?.includes("userId") === true
    const isAsked = Filters.joined(
      query.filter === undefined ? [] : [query.filter],
      ({ operator = "matches", value }: Predicate) =>
        (id: string) =>
          operator === "matches" ? id === value : operator === "exists"
    )

    /** The part of a span in each of the spans of time that it touches. */
    const add = (group: Readonly<Record<string, string>>, name: string, span: Span<unknown>): void => {
      let begin = Math.max(span.from, from)
      const stop = Math.min(span.to, to)
      while (begin < stop) {
        const next = Math.min(stop, bounds[Buckets.placeOf(bounds, begin) + 1]!)
        statistics.add(group, begin, name, next - begin)
        begin = next
      }
    }

    const all = from < to ? Array.from({ length: users.count }, (_, number) => number) : []
    for (const user of all) {
      const userId = users.field(user, "id") ?? ""
      if (!isAsked(userId)) continue
      const group = byUser ? { userId } : {}
      const { presence, routing } = status.spans(user, from, to)
      for (const metric of metrics) {
        const isRouting = metric === "tAgentRoutingStatus"
        for (const span of isRouting ? routing : []) add(group, `${metric} ${span.status}`, span)
        for (const span of isRouting ? [] : presence) {
          const qualifier = metric === "tSystemPresence" ? span.status : status.definitionId(span.status)
          add(group, `${metric} ${qualifier}`, span)
        }
      }
    }
    const results = statistics.results((stats) =>
      Array.from(stats)
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
        .map(([name, { sum }]): typeof Datum.Type => {
          const [metric = "", qualifier = ""] = name.split(" ")
          return { metric, qualifier, stats: { sum } }
        })
    )
    return { systemToOrganizationMappings: status.definitions, ...(results.length === 0 ? {} : { results }) }
  }
