/**
 * The details queries of the benchmarks: every order, filters of what never changes and of what does, and counts.
 */
const is = (dimension: string, value: string) => ({ dimension, value })
const all = (...predicates: ReadonlyArray<object>) => [{ type: "and", predicates }]

export const sorts = [
  { orderBy: "conversationStart", order: "asc" },
  { orderBy: "conversationEnd", order: "asc" },
  { orderBy: "conversationEnd", order: "desc" },
  { order: "unordered" }
] as const

export const filtered = {
  "e-mails": { segmentFilters: all(is("mediaType", "email")) },
  escalated: { segmentFilters: all(is("wrapUpCode", "Escalated")) },
  "without a code yet, latest first": {
    segmentFilters: all(is("segmentType", "wrapup"), { dimension: "wrapUpCode", operator: "notExists" }),
    order: "desc"
  },
  "long talks, by end": {
    conversationFilters: all({ metric: "tTalk", range: { gte: 600_000 } }),
    orderBy: "conversationEnd"
  },
  "hung up by the client, by end, latest first": {
    segmentFilters: all(is("purpose", "agent"), is("disconnectType", "client")),
    orderBy: "conversationEnd",
    order: "desc"
  }
}

export const aggregated = {
  "three dimensions counted": {
    aggregations: [{ dimension: "wrapUpCode" }, { dimension: "userId", size: 5 }, { dimension: "purpose" }]
  },
  "a metric in ranges, of e-mails": {
    segmentFilters: all(is("mediaType", "email")),
    aggregations: [{ metric: "tTalk", ranges: [{ lt: 60_000 }, { gte: 60_000, lt: 600_000 }, { gte: 600_000 }] }]
  }
}
