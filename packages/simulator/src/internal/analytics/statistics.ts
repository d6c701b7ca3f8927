/** Counts and sums what is measured, by groups and spans of time, and tells it as aggregates do. */
import type { AggregateResults, Datum, Stats } from "../../api/AggregatesApi.ts"
import { iso } from "../shared/iso.ts"
import * as Buckets from "./buckets.ts"

export interface Stat {
  count: number
  sum: number
  min: number
  max: number
}

type Group = Readonly<Record<string, string>>

interface Found {
  readonly group: Group
  /** By the place of the span, and then by name. */
  readonly spans: Map<number, Map<string, Stat>>
}

export interface Statistics {
  readonly add: (group: Group, at: number, name: string, value: number) => void
  /** `datum` tells what there is to say of the measures of a group in a span. */
  readonly results: (
    data: (stats: ReadonlyMap<string, Stat>) => ReadonlyArray<typeof Datum.Type>
  ) => typeof AggregateResults.Type
}

export const make = (bounds: ReadonlyArray<number>): Statistics => {
  const groups = new Map<string, Found>()
  return {
    add: (group, at, name, value) => {
      const key = JSON.stringify(group)
      let found = groups.get(key)
      if (found === undefined) groups.set(key, (found = { group, spans: new Map() }))
      const place = Buckets.placeOf(bounds, at)
      let span = found.spans.get(place)
      if (span === undefined) found.spans.set(place, (span = new Map()))
      const stat = span.get(name)
      if (stat === undefined) span.set(name, { count: 1, sum: value, min: value, max: value })
      else {
        stat.count++
        stat.sum += value
        stat.min = Math.min(stat.min, value)
        stat.max = Math.max(stat.max, value)
      }
    },
    results: (data) =>
      Array.from(groups)
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
        .flatMap(([, { group, spans }]) => {
          const told = Array.from(spans)
            .toSorted(([one], [other]) => one - other)
            .flatMap(([place, stats]) => {
              const metrics = data(stats)
              const interval = `${iso(bounds[place]!)}/${iso(bounds[place + 1]!)}`
              return metrics.length === 0 ? [] : [{ interval, metrics }]
            })
          return told.length === 0 ? [] : [{ group, data: told }]
        })
  }
}

/** What is counted has a count alone; what is measured has all. */
export const told = (name: string, { count, max, min, sum }: Stat): typeof Stats.Type =>
  name.startsWith("n") ? { count: sum } : { max, min, count, sum }
