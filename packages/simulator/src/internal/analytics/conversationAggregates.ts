/**
 * The aggregates of conversations, counted from the very stories that their rows are written from. A metric has the dimensions of its
 * session. `tWait` is the time until what is offered is answered, abandoned or flows out; a service level is of answers and abandons.
 */
import { interval } from "../../api/AnalyticsApi.ts"
import type { AggregateDimension, ConversationAggregateQuery, Datum, Predicate } from "../../api/AggregatesApi.ts"
import type { Settings } from "../shared/settings.ts"
import * as Buckets from "./buckets.ts"
import type { Conversations } from "./conversations.ts"
import * as Filters from "./filters.ts"
import { longestWork } from "./script.ts"
import * as Selection from "./selection.ts"
import * as Statistics from "./statistics.ts"
import { type Actor, type Leg, wrapOf } from "./story.ts"

type World = Conversations["Service"]

/** The values of a session, of which there are several only where a dimension has several. */
type Read = (index: number, at: number, actor: Actor, leg: Leg) => string | ReadonlyArray<string> | undefined

const dimensions = (world: World): Readonly<Record<typeof AggregateDimension.Type, Read>> => ({
  conversationId: (index) => world.idOf(index),
  queueId: (_index, _, _actor, { queue }) => world.names.queueIds[queue],
  userId: (_index, _, { agent }) => (agent < 0 ? undefined : world.names.user(agent).id),
  mediaType: (_index, _, _actor, { medium }) => medium,
  direction: (_index, _, _actor, { direction }) => direction,
  originatingDirection: (index) => world.direction(index),
  wrapUpCode: (_index, at, _actor, leg) => {
    const wrap = wrapOf(leg)
    return wrap !== undefined && wrap.knownAt <= at ? wrap.code : undefined
  },
  divisionId: () => world.names.divisionId,
  purpose: (_index, _, { purpose }) => purpose,
  ani: (index, _, _actor, { direction }) => (direction === "outbound" ? world.ours(index) : world.customer(index)),
  dnis: (index, _, _actor, { direction }) => (direction === "outbound" ? world.customer(index) : world.ours(index)),
  requestedRoutingSkillId: (_index, _, { purpose }, { queue }) =>
    queue >= 0 && (purpose === "acd" || purpose === "agent") ? world.names.skillIds(queue) : undefined,
  requestedLanguageId: (_index, _, { purpose }, { queue }) =>
    queue >= 0 && (purpose === "acd" || purpose === "agent") ? world.names.languageId(queue) : undefined
})

type Reads = ReadonlyMap<string, Read>

const testOf =
  (reads: Reads) =>
  ({ dimension, operator = "matches", value }: Predicate) => {
    // The schema of the query lets only names through that are there.
    const read = reads.get(dimension)!
    return (...place: Parameters<Read>): boolean => {
      const found = [read(...place) ?? []].flat()
      if (operator === "exists") return found.length > 0
      return operator === "notExists" ? found.length === 0 : found.some((one) => one === value)
    }
  }

/** The groups that a session belongs to: more than one where several values are told apart. */
const groupsOf = (reads: Reads, { flattenMultivaluedDimensions = false, groupBy = [] }: ConversationAggregateQuery) => {
  const wanted = groupBy.map((name) => [name, reads.get(name)!] as const)
  return (...place: Parameters<Read>): ReadonlyArray<Readonly<Record<string, string>>> => {
    let groups: ReadonlyArray<Readonly<Record<string, string>>> = [{}]
    for (const [name, read] of wanted) {
      const found = [read(...place) ?? []].flat()
      if (found.length === 0) continue
      const values = flattenMultivaluedDimensions ? found : [found.toSorted().join(",")]
      groups = groups.flatMap((group) => values.map((value) => Object.assign({}, group, { [name]: value })))
    }
    return groups
  }
}

/** What is counted for the service level, beside what has been measured. */
const [inTime, late, abandoned] = ["answered in time", "answered late", "abandoned"]

const tell = (metrics: ReadonlyArray<string>, target: number) => (stats: ReadonlyMap<string, Statistics.Stat>) => {
  const count = (name: string) => stats.get(name)?.count ?? 0
  const numerator = count(inTime)
  const denominator = numerator + count(late) + count(abandoned)
  return metrics.flatMap((metric): ReadonlyArray<typeof Datum.Type> => {
    if (metric === "oServiceLevel" || metric === "oServiceTarget") {
      if (denominator === 0) return []
      const level = { ratio: numerator / denominator, numerator, denominator, target }
      return [{ metric, stats: metric === "oServiceLevel" ? level : { target } }]
    }
    const stat = stats.get(metric)
    return stat === undefined ? [] : [{ metric, stats: Statistics.told(metric, stat) }]
  })
}

export const make =
  (world: World, { stories }: Settings["Service"]) =>
  /** As of a moment. */
  (query: ConversationAggregateQuery, now: number) => {
    const [from, to] = interval(query.interval)
    const metrics = [...new Set(query.metrics)]
    const statistics = Statistics.make(Buckets.make(from, to, query.granularity, query.timeZone))
    const reads: Reads = new Map(Object.entries(dimensions(world)))
    const groups = groupsOf(reads, query)
    const passes = Filters.joined(query.filter === undefined ? [] : [query.filter], testOf(reads))
    const wanted = new Set(metrics)
    const levels = wanted.has("oServiceLevel") || wanted.has("oServiceTarget")

    const count = (index: number, actor: Actor, leg: Leg): void => {
      let own: ReturnType<typeof groups> | undefined
      const add = (at: number, name: string, value: number) => {
        if (at < from || at >= to || at > now) return
        for (const group of (own ??= groups(index, now, actor, leg))) statistics.add(group, at, name, value)
      }
      const has = (name: string) => leg.measures.some((one) => one.name === name)
      for (const { at, name, value } of leg.measures) {
        if (wanted.has(name)) add(at, name, value)
        if (name !== "tAcd") continue
        if (wanted.has("tWait")) add(at, "tWait", value)
        if (!levels || leg.flowOut !== undefined) continue
        if (has("tAbandon")) add(at, abandoned, value)
        else add(at, has("nOverSla") ? late : inTime, value)
      }
    }

    const selection = Selection.overlapping(world, [from - longestWork, to], now)
    for (let place = 0; place < Selection.size(selection); place++) {
      const index = Selection.nth(selection, place)
      for (const actor of world.story(index, now).actors) {
        for (const leg of actor.legs) if (passes(index, now, actor, leg)) count(index, actor, leg)
      }
    }
    const results = statistics.results(tell(metrics, stories.serviceLevel))
    return results.length === 0 ? {} : { results }
  }
