/** What is known of a UTC day at a moment, beside its conversations: what a faithful copy of it holds then. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as UserDetails from "../analytics/userDetails.ts"
import { UserStatus } from "../analytics/userStatus.ts"
import { Audits } from "../audits/audits.ts"
import { Users } from "../directory/users.ts"
import * as Recordings from "../quality/recordings.ts"
import { Conversations } from "../analytics/conversations.ts"
import { Settings } from "../shared/settings.ts"
import { Quality } from "../quality/quality.ts"
import { iso } from "../shared/iso.ts"

export const FactKind = Schema.Literals(["audits", "evaluations", "surveys", "user_status", "recordings"])
export type FactKind = typeof FactKind.Type

export type Fact = Readonly<Record<string, unknown>>

const length = 86_400_000

export const make = Effect.gen(function* () {
  const audits = yield* Audits
  const quality = yield* Quality
  const recordings = Recordings.make(yield* Settings, yield* Conversations)
  const details = UserDetails.make(yield* Users, yield* UserStatus)
  const of: Readonly<Record<FactKind, (from: number, now: number) => ReadonlyArray<Fact>>> = {
    audits: (from, now) => audits.between(from, from + length, now),
    evaluations: (from, now) =>
      quality
        .evaluations(from, from + length, now)
        .filter(({ releasedAt }) => releasedAt <= now)
        .map(({ row }) => row),
    // A survey does not say when it was sent: who found it by that day knows.
    surveys: (from, now) =>
      quality
        .surveys(from, from + length, now)
        .map(({ row }) => Object.assign({}, row, { surveyCreatedDate: iso(from).slice(0, 10) })),
    recordings: (from, now) =>
      recordings.ofDay(from, now).map((row) => Object.assign({}, row, { conversationDay: iso(from).slice(0, 10) })),
    // Whole, also where a status begins before the day or ends after it.
    user_status: (from, now) =>
      from <= now
        ? details({ interval: `${iso(from)}/${iso(from + length)}` }, now).map((row) => Object.assign({}, row))
        : []
  }
  return (kind: FactKind, day: string, now: number) => of[kind](Date.parse(day), now)
})
