/** The kinds of facts that go by UTC days, beside conversations: for whoever needs no more of them, and would not load the rest. */
export const factNames = [
  "audits",
  "evaluations",
  "surveys",
  "conversation_aggregates",
  "user_aggregates",
  "user_status",
  "recordings"
] as const

/** The name of such a kind, which is that of its layout too. */
export type FactName = (typeof factNames)[number]
