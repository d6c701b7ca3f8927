/** What is exported, and committed, as one unit: a UTC day of conversations, or all users. */

/** A conversation belongs to the UTC day of its `conversationStart`. */
export interface ConversationDay {
  readonly kind: "conversations"
  readonly day: string
}

export interface AllUsers {
  readonly kind: "users"
}

export type Partition = ConversationDay | AllUsers
export type Kind = Partition["kind"]

export const users: Partition = { kind: "users" }
export const conversations = (day: string): Partition => ({ kind: "conversations", day })

/** Its name in a checkpoint, such as `conversations/2026-11-01` or `users`. */
export const nameOf = (partition: Partition): string =>
  partition.kind === "users" ? "users" : `conversations/${partition.day}`

/** What its rows are known by. */
export const keyOf = { conversations: "conversationId", users: "id" } as const satisfies Record<Kind, string>

/** The day of a name of `nameOf`, if it has one. */
export const dayOf = (name: string): string | undefined => /^conversations\/(.+)$/.exec(name)?.[1]
