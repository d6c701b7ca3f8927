/** The kinds of this package. A kind of your own needs no place here: see `Kind`. */
import * as AggregateSource from "./AggregateSource.ts"
import * as AuditSource from "./AuditSource.ts"
import * as ConversationSource from "./ConversationSource.ts"
import * as EventExport from "./EventExport.ts"
import * as Audits from "./internal/kinds/audits.ts"
import * as Evaluations from "./internal/kinds/evaluations.ts"
import * as Aggregates from "./internal/kinds/conversationAggregates.ts"
import * as Conversations from "./internal/kinds/conversations.ts"
import * as Events from "./internal/kinds/events.ts"
import * as List from "./internal/kinds/list.ts"
import * as Lists from "./internal/kinds/lists/all.ts"
import * as Usage from "./internal/kinds/oauthClientUsage.ts"
import * as Recordings from "./internal/kinds/recordings.ts"
import * as Surveys from "./internal/kinds/surveys.ts"
import type { Told } from "./internal/kinds/told.ts"
import * as UserAggregates from "./internal/kinds/userAggregates.ts"
import * as UserStatus from "./internal/kinds/userStatus.ts"
import * as Users from "./internal/kinds/users.ts"
import * as QualitySource from "./QualitySource.ts"
import type { Any } from "./Kind.ts"
import type { Layout } from "./Layout.ts"
import type { ListName } from "./ListNames.ts"
import * as OperationSource from "./OperationSource.ts"
import * as RecordingSource from "./RecordingSource.ts"
import * as UsageSource from "./UsageSource.ts"
import * as UserSource from "./UserSource.ts"
import * as UserStatusSource from "./UserStatusSource.ts"

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

/** The audit log, by UTC days. */
export const audits = {
  layout: Audits.audits,
  told: Audits.told,
  measure: AuditSource.measure,
  source: AuditSource.make,
  settings: Audits.settings
} satisfies Any & { readonly told: Told }

/** Evaluations, by the UTC day on which they were made. */
export const evaluations = {
  layout: Evaluations.evaluations,
  told: Evaluations.told,
  measure: QualitySource.measureEvaluations,
  source: QualitySource.evaluations,
  settings: Evaluations.settings
} satisfies Any & { readonly told: Told }

/** Surveys, by the UTC day on which they were sent. */
export const surveys = {
  layout: Surveys.surveys,
  told: Surveys.told,
  measure: QualitySource.measureSurveys,
  source: QualitySource.surveys,
  settings: Surveys.settings
} satisfies Any & { readonly told: Told }

/** Metrics of conversations by groups of them, in half hours or days. */
export const conversationAggregates = {
  layout: Aggregates.conversationAggregates,
  told: Aggregates.told,
  measure: AggregateSource.measureConversations,
  source: AggregateSource.conversations,
  settings: Aggregates.settings
} satisfies Any & { readonly told: Told }

/** How long each user was in each presence and routing status, in half hours or days. */
export const userAggregates = {
  layout: UserAggregates.userAggregates,
  told: UserAggregates.told,
  measure: AggregateSource.measureUsers,
  source: AggregateSource.users,
  settings: UserAggregates.settings
} satisfies Any & { readonly told: Told }

/** What each user was up to, by UTC days. */
export const userStatus = {
  layout: UserStatus.userStatus,
  told: UserStatus.told,
  measure: UserStatusSource.measure,
  source: UserStatusSource.make,
  settings: UserStatus.settings
} satisfies Any & { readonly told: Told }

/** Recordings, by the UTC day on which their conversation began. */
export const recordings = {
  layout: Recordings.recordings,
  told: Recordings.told,
  measure: RecordingSource.measure,
  source: RecordingSource.make,
  settings: Recordings.settings
} satisfies Any & { readonly told: Told }

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

/** What happened on each UTC day, beside conversations. */
export const facts = byName({
  audits,
  evaluations,
  surveys,
  conversation_aggregates: conversationAggregates,
  user_aggregates: userAggregates,
  user_status: userStatus,
  recordings
})

export { type FactName, factNames } from "./FactNames.ts"

/** What Genesys tells, for ever: `EventExport` runs it, and no source has units of it. */
export const events = {
  layout: Events.events,
  measure: EventExport.measure,
  settings: Events.settings,
  /** A topic or a pattern of topics, and what it must be, in words. */
  topic: Events.topic,
  expected: Events.expected
}

/** Those that are read, by their names. */
export const all = byName({ conversations, users, list, ...lists, ...facts, oauth_client_usage: oauthClientUsage })

/** The name of a kind of this package. */
export type Name = keyof typeof all

/** For which a sink has a place from its opening on; for any other it is made when it is first written. */
export const first = { conversations, users }

/** No other kind has a name of theirs. */
export const layouts: ReadonlyArray<Layout> = [...Object.values(all), events].map(({ layout }) => layout)
