/**
 * What users are up to over time, computed from their shifts and their conversations: their presence and their routing status, of
 * which each moment has one. Of users without a shift there is nothing to tell.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "../shared/random.ts"
import { Settings } from "../shared/settings.ts"
import { shiftLength, shiftStart } from "./agents.ts"
import { Conversations } from "./conversations.ts"
import * as Duty from "./duty.ts"
import type { Presence, Routing, Span } from "./duty.ts"

export type { Presence, Routing, Span } from "./duty.ts"

const day = 3 * shiftLength

/** Their place is that of the draw of their id. */
const presences: ReadonlyArray<Presence> = ["ON_QUEUE", "AVAILABLE", "BREAK", "MEAL", "OFFLINE"]

export interface Spans {
  readonly presence: ReadonlyArray<Span<Presence>>
  readonly routing: ReadonlyArray<Span<Routing>>
}

/** As many shifts of users are kept: those of some thousand users that are all asked for again and again. */
const kept = 16_384

export class UserStatus extends Context.Service<
  UserStatus,
  {
    /** Whatever overlaps the two moments, in order; whole, also where it begins before or ends after them. */
    readonly spans: (user: number, from: number, to: number) => Spans
    /** The presence at a moment, since when it is, and the routing status. A user without a shift is offline. */
    readonly at: (
      user: number,
      now: number
    ) => { readonly presence: Omit<Span<Presence>, "to">; readonly routing: Omit<Span<Routing>, "to"> }
    readonly definitionId: (presence: Presence) => string
    /** The ids of the definitions of each presence. */
    readonly definitions: Readonly<Record<string, ReadonlyArray<string>>>
  }
>()("@effect-genesys/simulator/internal/UserStatus") {
  static readonly layer = Layer.effect(
    UserStatus,
    Effect.suspend(() => make)
  )
}

/** One after the other: what one does not reach of the other is filled. */
const joined = <Status>(parts: ReadonlyArray<ReadonlyArray<Span<Status>>>, between: Status): Array<Span<Status>> => {
  const spans: Array<Span<Status>> = []
  for (const one of parts.flat()) {
    const before = spans.at(-1)
    const from = Math.max(one.from, before?.to ?? Number.NEGATIVE_INFINITY)
    if (from >= one.to) continue
    if (before !== undefined && before.to < from) spans.push({ status: between, from: before.to, to: from })
    const last = spans.at(-1)
    if (last?.status === one.status) spans[spans.length - 1] = { status: one.status, from: last.from, to: one.to }
    else spans.push({ status: one.status, from, to: one.to })
  }
  return spans
}

const make = Effect.gen(function* () {
  const world = yield* Conversations
  const { seed } = yield* Settings
  const compute = Duty.make(world, seed)
  const duties = new Map<string, Duty.Duty>()
  const dutyOf = (user: number, begin: number) => {
    const key = `${user} ${begin}`
    const known = duties.get(key)
    if (known !== undefined) return known
    const found = compute(user, begin)
    // That there is none is told at once.
    if (found === undefined) return undefined
    duties.set(key, found)
    for (const oldest of duties.keys()) if (duties.size > kept) duties.delete(oldest)
    return found
  }
  const definitionId = (presence: Presence) =>
    Random.uuid(seed, Random.streams.presence, presences.indexOf(presence) + 2)

  const spans = (user: number, from: number, to: number): Spans => {
    const found: Array<Duty.Duty> = []
    // From the last shift before to the first one after.
    for (let begin = shiftStart(from) - day; begin <= to + day; begin += shiftLength) {
      const duty = dutyOf(user, begin)
      if (duty !== undefined) found.push(duty)
    }
    const within = <Status>(all: ReadonlyArray<Span<Status>>) => all.filter((one) => one.from < to && one.to > from)
    return {
      presence: within(
        joined(
          found.map(({ presence }) => presence),
          "OFFLINE"
        )
      ),
      routing: within(
        joined(
          found.map(({ routing }) => routing),
          "OFF_QUEUE"
        )
      )
    }
  }
  return UserStatus.of({
    spans,
    at: (user, now) => {
      const { presence, routing } = spans(user, now, now + 1)
      return {
        presence: presence[0] ?? { status: "OFFLINE", from: 0 },
        routing: routing[0] ?? { status: "OFF_QUEUE", from: 0 }
      }
    },
    definitionId,
    definitions: Object.fromEntries(presences.map((presence) => [presence, [definitionId(presence)]]))
  })
})
