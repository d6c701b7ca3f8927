/** Counts evaluations or surveys for each group of them. */
import type { Aggregated } from "../../api/QualityApi.ts"

interface Counted {
  readonly metric: string
  /** What is counted; a number is also summed up. Undefined if it does not count. */
  readonly value: number | true
}

export const aggregated = <A>(
  interval: string,
  found: ReadonlyArray<A>,
  groupBy: ReadonlyArray<string>,
  read: (row: A, dimension: string) => string | undefined,
  count: (row: A) => ReadonlyArray<Counted>
): typeof Aggregated.Type => {
  const groups = new Map<
    string,
    { readonly group: Record<string, string>; readonly values: Map<string, Array<Counted["value"]>> }
  >()
  for (const row of found) {
    const group: Record<string, string> = {}
    for (const dimension of groupBy) {
      const value = read(row, dimension)
      if (value !== undefined) group[dimension] = value
    }
    const name = JSON.stringify(group)
    const known = groups.get(name) ?? { group, values: new Map() }
    groups.set(name, known)
    for (const { metric, value } of count(row)) known.values.set(metric, [...(known.values.get(metric) ?? []), value])
  }
  return {
    results: Array.from(groups.values())
      .filter(({ values }) => values.size > 0)
      .map(({ group, values }) => ({
        group,
        data: [
          {
            interval,
            metrics: Array.from(values, ([metric, all]) => {
              const numbers = all.filter((value) => value !== true)
              const [min, max] = [Math.min(...numbers), Math.max(...numbers)]
              const sum = numbers.reduce((before, number) => before + number, 0)
              return { metric, stats: { count: all.length, ...(numbers.length === 0 ? {} : { sum, min, max }) } }
            })
          }
        ]
      }))
  }
}
