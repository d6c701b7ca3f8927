/** What a worker tells Prometheus, and what a query of Prometheus asks for, by Prometheus' own grammar. */
import { parser } from "@prometheus-io/lezer-promql"
import type { Family } from "../../../apps/worker/test/support/Prometheus.ts"

export interface Asked {
  readonly metric: string
  readonly labels: ReadonlyArray<string>
}

export interface Query {
  readonly asked: ReadonlyArray<Asked>
  /** By which what it asks for is put together. */
  readonly grouped: ReadonlyArray<string>
}

/** What Grafana puts into its place. */
const written = (text: string) => text.replaceAll("$__rate_interval", "5m")

/** @throws if it is no query */
export const queryOf = (expression: string): Query => {
  const text = written(expression)
  const asked: Array<Asked> = []
  const grouped: Array<string> = []
  const at = ({ from, to }: { readonly from: number; readonly to: number }) => text.slice(from, to)
  parser.parse(text).iterate({
    enter: (reference) => {
      if (reference.type.isError) throw new Error(`${expression} is no query: see its character ${reference.from}.`)
      const { node } = reference
      if (reference.name === "VectorSelector") {
        const metric = node.getChild("Identifier")
        const matchers = node.getChild("LabelMatchers")?.getChildren("UnquotedLabelMatcher") ?? []
        asked.push({
          metric: metric === null ? "" : at(metric),
          labels: matchers.flatMap((matcher) => matcher.getChildren("LabelName").map(at))
        })
      }
      if (reference.name === "GroupingLabels") grouped.push(...node.getChildren("LabelName").map(at))
    }
  })
  return { asked, grouped }
}

/** The labels of each series by its name; those of a target are Prometheus' own. */
export const seriesOf = (families: ReadonlyArray<Family>): ReadonlyMap<string, ReadonlySet<string>> => {
  const found = new Map<string, Set<string>>([["up", new Set(["instance", "job"])]])
  for (const { name, labels } of families.flatMap(({ samples }) => samples)) {
    const known = found.get(name) ?? new Set(["instance", "job"])
    found.set(name, known)
    for (const label of Object.keys(labels)) known.add(label)
  }
  return found
}

/** What of a query no worker has, one line each. */
export const faultsOf = (
  expression: string,
  series: ReadonlyMap<string, ReadonlySet<string>>
): ReadonlyArray<string> => {
  const { asked, grouped } = queryOf(expression)
  return asked.flatMap(({ labels, metric }) => {
    const known = series.get(metric)
    if (known === undefined) return [`There is no ${metric}.`]
    return [...labels, ...grouped].filter((label) => !known.has(label)).map((label) => `${metric} has no ${label}.`)
  })
}
