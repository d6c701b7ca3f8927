/**
 * Which kind of story a conversation tells, how long that takes, and by what medium: from its number and the seed alone, and
 * without telling it.
 */
import type * as Random from "../shared/random.ts"
import type { Settings } from "../shared/settings.ts"

export type Kind =
  | "answered"
  | "outbound"
  | "abandoned"
  | "selfServed"
  | "voicemail"
  | "callback"
  | "unanswered"
  | "blind"
  | "consultTransfer"
  | "consult"
  | "conference"
  | "thread"
  | "lateCallback"

export type Media = "voice" | "chat" | "message" | "email"

export interface Script {
  readonly kind: Kind
  readonly media: Media
  /** Milliseconds from its start to its end. */
  readonly length: number
}

const minute = 60_000
const hour = 60 * minute

/** One conversation in so many is a long one: an e-mail or message thread of hours or days, or a callback of later. */
export const longEvery = 256
const longPlace = 37

export const isLong = (index: number): boolean => (index & (longEvery - 1)) === longPlace

/** The first long one with this number or a greater one. */
export const longFrom = (index: number): number => Math.ceil((index - longPlace) / longEvery) * longEvery + longPlace

/** No ordinary conversation lasts longer. */
export const longestShort = 25 * minute

/** No after-call work lasts longer. */
export const longestWork = 3 * minute

/**
 * Of so many conversations one may have several agents, as long as the shares of these kinds allow it: those who help out have time
 * enough then to help one at a time. See agents.ts.
 */
export const helpEvery = 4
const helpPlace = 2
const mayHaveHelp = (index: number): boolean => (index & (helpEvery - 1)) === helpPlace

/** From the shortest to the longest; the greater the power, the more are short. */
type Length = readonly [shortest: number, longest: number, power: number]

const lengths: Readonly<Record<Exclude<Kind, "thread" | "lateCallback">, Length>> = {
  answered: [25_000, longestShort, 3],
  outbound: [30_000, 20 * minute, 3],
  abandoned: [31_000, 7 * minute, 2],
  selfServed: [4000, 3 * minute, 2],
  voicemail: [40_000, 4 * minute, 1],
  callback: [4 * minute, longestShort, 2],
  unanswered: [2 * minute, longestShort, 3],
  blind: [3 * minute, longestShort, 2],
  consultTransfer: [3 * minute, longestShort, 2],
  consult: [3 * minute, longestShort, 2],
  conference: [3 * minute, longestShort, 2]
}
/** Of what goes on for less than that: who hangs up soon, and calls that nobody takes. */
const shortAbandon: Length = [4000, 30_000, 1]
const unreached: Length = [8000, 45_000, 1]

/** As often as they occur. */
const shortMedia: ReadonlyArray<Media> = [
  "voice",
  "voice",
  "voice",
  "voice",
  "voice",
  "voice",
  "message",
  "message",
  "chat",
  "email"
]
const longMedia: ReadonlyArray<Media> = ["message", "email"]
const spoken = new Set<Kind>([
  "outbound",
  "voicemail",
  "callback",
  "consultTransfer",
  "consult",
  "conference",
  "lateCallback"
])
/** Nobody abandons an e-mail, and a web message neither, as Genesys sees it. */
const hungUp: ReadonlyArray<Media> = ["voice", "voice", "voice", "chat"]

type Draws = ReturnType<typeof Random.units>

const pick = <A>(items: ReadonlyArray<A>, share: number): A => items[Math.floor(share * items.length)]!

/** What is drawn for the script; see also timeline.ts and plots.ts. */
const draws = { kind: 5, length: 6, media: 13, sub: 8 }

export interface Scripts {
  readonly of: (index: number, drawn: number) => Script
  /** The same as `of`, without making an object. */
  readonly lengthOf: (index: number, drawn: number) => number
  readonly isOutbound: (index: number, drawn: number) => boolean
}

/** Whose share is the place in: what is left over is answered. */
const chosen = (kinds: ReadonlyArray<readonly [Kind, number]>, drawn: number): Kind => {
  let rest = drawn
  for (const [kind, share] of kinds) {
    if (rest < share) return kind
    rest -= share
  }
  return "answered"
}

export const make = ({ longestConversation, stories }: Settings["Service"], { draw }: Draws): Scripts => {
  const longestLong = longestConversation * 1000
  const alone: ReadonlyArray<readonly [Kind, number]> = [
    ["outbound", stories.outbound],
    ["abandoned", stories.abandoned],
    ["selfServed", stories.selfServed],
    ["voicemail", stories.voicemails],
    ["callback", stories.callbacks]
  ]
  const several: ReadonlyArray<readonly [Kind, number]> = [
    ["unanswered", stories.unansweredAlerts],
    ["blind", stories.blindTransfers],
    ["consultTransfer", stories.consultTransfers],
    ["consult", stories.consults],
    ["conference", stories.conferences]
  ]
  const sum = several.reduce((total, [, share]) => total + share, 0)
  const isSparse = sum <= 1 / helpEvery
  const kindOf = (index: number, drawn: number): Kind => {
    if (isLong(index)) return draw(drawn, draws.kind) < 0.2 ? "lateCallback" : "thread"
    const share = isSparse ? (mayHaveHelp(index) ? sum * helpEvery : 0) : sum
    const place = draw(drawn, draws.kind)
    return place < share
      ? chosen(several, (place * sum) / share)
      : chosen(alone, ((place - share) / (1 - share)) * (1 - sum))
  }
  const lengthOf = (kind: Kind, drawn: number): number => {
    const share = draw(drawn, draws.length)
    if (kind === "thread" || kind === "lateCallback") return hour + Math.floor(share * share * (longestLong - 2 * hour))
    const isShort =
      (kind === "abandoned" && draw(drawn, draws.sub) < stories.shortAbandons) ||
      (kind === "outbound" && draw(drawn, draws.sub) < stories.unreached)
    const [shortest, longest, power] = isShort ? (kind === "outbound" ? unreached : shortAbandon) : lengths[kind]
    return shortest + Math.floor(share ** power * (longest - shortest))
  }
  const mediaOf = (kind: Kind, drawn: number): Media => {
    if (spoken.has(kind)) return "voice"
    const share = draw(drawn, draws.media)
    if (kind === "thread") return pick(longMedia, share)
    return pick(kind === "abandoned" ? hungUp : shortMedia, share)
  }
  return {
    of: (index, drawn) => {
      const kind = kindOf(index, drawn)
      return { kind, media: mediaOf(kind, drawn), length: lengthOf(kind, drawn) }
    },
    lengthOf: (index, drawn) => lengthOf(kindOf(index, drawn), drawn),
    isOutbound: (index, drawn) => kindOf(index, drawn) === "outbound"
  }
}

/** Whether it is one of the short ones of its kind: see `lengths`. */
export const subShare = (draw: Draws["draw"], drawn: number): number => draw(drawn, draws.sub)
