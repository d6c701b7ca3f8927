/** The kinds of this package. A kind of your own needs no place here: see `Kind`. */
import * as ConversationSource from "./ConversationSource.ts"
import * as Conversations from "./internal/kinds/conversations.ts"
import * as List from "./internal/kinds/list.ts"
import * as Lists from "./internal/kinds/lists/all.ts"
import * as Usage from "./internal/kinds/oauthClientUsage.ts"
import * as Users from "./internal/kinds/users.ts"
import type { Any } from "./Kind.ts"
import type { Layout } from "./Layout.ts"
import type { ListName } from "./ListNames.ts"
import * as OperationSource from "./OperationSource.ts"
import * as UsageSource from "./UsageSource.ts"
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

/** Any list, by the operation that gives it. Its layout is that of all such lists: each has a name of its own, after `list_`. */
export const list = {
  layout: List.list,
  measure: OperationSource.measure,
  source: OperationSource.make,
  settings: List.settings
} satisfies Any

/** How much each OAuth client has used the API, day by day. */
export const oauthClientUsage = {
  layout: Usage.oauthClientUsage,
  measure: UsageSource.measure,
  source: UsageSource.make,
  settings: Usage.settings
} satisfies Any

/** Each stands under the name that its layout has. */
const byName = <const Kinds extends { readonly [N in keyof Kinds]: Any & { readonly layout: { readonly name: N } } }>(
  kinds: Kinds
): Kinds => kinds

/** Lists that have names and columns, such as queues. */
export const lists: { readonly [N in ListName]: Lists.Named<N> } = byName(Lists.named)

export { type ListName, listNames } from "./ListNames.ts"

/** Whether a name is that of a list that has a kind of its own. */
export const isList = (name: string): name is ListName => name in lists

/** What a list has, and by which operation of the official SDK it is read, in a sentence. */
export const docOf = (name: ListName): string => `${lists[name].given.doc} (${lists[name].given.operation}).`

/** By their names. */
export const all = byName({ conversations, users, list, ...lists, oauth_client_usage: oauthClientUsage })

/** The name of a kind of this package. */
export type Name = keyof typeof all

/** For which a sink has a place from its opening on; for any other it is made when it is first written. */
export const first = { conversations, users }

/** No other kind has a name of theirs. */
export const layouts: ReadonlyArray<Layout> = Object.values(all).map(({ layout }) => layout)
