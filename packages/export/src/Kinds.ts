/** The kinds of this package. A kind of your own needs no place here: see `Kind`. */
import * as ConversationSource from "./ConversationSource.ts"
import * as Conversations from "./internal/kinds/conversations.ts"
import * as Users from "./internal/kinds/users.ts"
import type { Any } from "./Kind.ts"
import * as UserSource from "./UserSource.ts"

/** By UTC days. */
export const conversations = {
  layout: Conversations.conversations,
  measure: ConversationSource.measure,
  source: ConversationSource.make,
  settings: Conversations.settings
} satisfies Any

/** All of them, deleted ones too. */
export const users = {
  layout: Users.users,
  measure: UserSource.measure,
  source: UserSource.make,
  settings: Users.settings
} satisfies Any

/** Each stands under the name that its layout has. */
const byName = <const Kinds extends { readonly [N in keyof Kinds]: Any & { readonly layout: { readonly name: N } } }>(
  kinds: Kinds
): Kinds => kinds

/** By their names. Sinks are made ready for them when they are opened. */
export const all = byName({ conversations, users })

export type Name = keyof typeof all
