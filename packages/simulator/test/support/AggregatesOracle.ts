/** What aggregates of conversations must be, counted from the rows themselves: slow, and plain enough to be believed. */
import type { Conversation } from "../../src/api/Conversation.ts"

interface Measured {
  readonly group: Readonly<Record<string, string>>
  readonly emitted: string
  readonly name: string
  readonly value: number
}

interface Asked {
  readonly groupBy?: ReadonlyArray<string>
  /** Whether a session with these values counts. */
  readonly passes?: (values: Readonly<Record<string, string | undefined>>) => boolean
}

/** Each metric with the values of its session; `tWait` is that of the queue. */
export const measured = (
  rows: ReadonlyArray<Conversation>,
  { groupBy = [], passes = () => true }: Asked
): ReadonlyArray<Measured> =>
  rows.flatMap(({ originatingDirection, participants }) =>
    participants.flatMap(({ purpose, sessions, userId }) =>
      sessions.flatMap(({ direction, mediaType, metrics, segments }) => {
        const values: Record<string, string | undefined> = {
          direction,
          mediaType,
          originatingDirection,
          purpose,
          queueId: segments.find(({ queueId }) => queueId !== undefined)?.queueId,
          userId,
          wrapUpCode: segments.find(({ wrapUpCode }) => wrapUpCode !== undefined)?.wrapUpCode
        }
        if (!passes(values)) return []
        const group: Record<string, string> = {}
        for (const name of groupBy) {
          const value = values[name]
          if (value !== undefined) group[name] = value
        }
        return metrics.flatMap(({ emitDate: emitted, name, value }) => {
          const own = { group, emitted, name, value }
          return name === "tAcd" ? [own, { ...own, name: "tWait" }] : [own]
        })
      })
    )
  )

/** The groups with their spans, of which the bounds are given. */
export const aggregate = (
  all: ReadonlyArray<Measured>,
  names: ReadonlyArray<string>,
  bounds: ReadonlyArray<string>
): unknown => {
  const groups = Map.groupBy(all, ({ group }) => JSON.stringify(group))
  const data = (mine: ReadonlyArray<Measured>) =>
    bounds.slice(1).flatMap((end, place) => {
      const own = mine.filter(({ emitted }) => emitted >= bounds[place]! && emitted < end)
      const metrics = names.flatMap((metric) => {
        const values = own.filter(({ name }) => name === metric).map(({ value }) => value)
        const sum = values.reduce((total, value) => total + value, 0)
        if (values.length === 0) return []
        if (metric.startsWith("n")) return [{ metric, stats: { count: sum } }]
        return [{ metric, stats: { max: Math.max(...values), min: Math.min(...values), count: values.length, sum } }]
      })
      return metrics.length === 0 ? [] : [{ interval: `${bounds[place]}/${end}`, metrics }]
    })
  const results = [...groups]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([, mine]) => ({ group: mine[0]!.group, data: data(mine) }))
    .filter((one) => one.data.length > 0)
  return results.length === 0 ? {} : { results }
}
