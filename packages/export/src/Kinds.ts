/** The kinds of this package. A kind of your own needs no place here: see `Kind`. */
import * as ConversationSource from "./ConversationSource.ts"
import { conversations as conversationLayout } from "./internal/kinds/conversations.ts"
import { users as userLayout } from "./internal/kinds/users.ts"
import type { Any } from "./Kind.ts"
import * as UserSource from "./UserSource.ts"

/** By UTC days. */
export const conversations = {
  layout: conversationLayout,
  measure: ConversationSource.measure,
  source: ConversationSource.make
} satisfies Any

/** All of them, deleted ones too. */
export const users = { layout: userLayout, measure: UserSource.measure, source: UserSource.make } satisfies Any

/** By their names. Sinks are made ready for them when they are opened. */
export const all = { conversations, users } satisfies Readonly<Record<string, Any>>

export type Name = keyof typeof all
