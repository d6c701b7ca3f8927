/**
 * The scenes of agents: the talk with its holds, the work after it with its wrap-up, and what was handled in all, which is the sum of
 * talk, hold and work, and of contacting and dialing where the agent dialed.
 */
import { longestWork } from "./script.ts"
import { add, span, type Stage } from "./stage.ts"
import * as Story from "./story.ts"
import type { Disconnect, Leg, Medium, Wrap } from "./story.ts"

const minute = 60_000
const hour = 60 * minute

/** The code comes some time after the work, or never. */
const wrap = (stage: Stage, workEnd: number, isTimeout: boolean): Wrap => {
  const { codes, isRewritten, next, settings } = stage
  const late = next() < settings.lateWrapUps ? span(stage, 2 * minute, 2 * minute + 8 * hour, 2) : 0
  const drawn = Math.floor(next() * codes.length)
  // The pipeline moves a fifth of those it rewrites on to the next.
  const moved = next() < 0.2 && isRewritten ? 1 : 0
  const isMissing = next() < settings.stories.missingWrapUps
  const hasNote = next() < 0.1
  if (isTimeout) return { code: "ININ-WRAP-UP-TIMEOUT", knownAt: workEnd, hasNote: false }
  const code = isMissing ? undefined : codes[(drawn + moved) % codes.length]
  return { code, knownAt: workEnd + late, hasNote: hasNote && !isMissing }
}

/** The after-call work that follows an interaction, and the time that the agent has handled in all. */
const work = (stage: Stage, leg: Leg, from: number, handled: number, end: Disconnect): void => {
  const isTimeout = stage.next() < stage.settings.stories.wrapUpTimeouts
  const drawn = span(stage, 5000, longestWork)
  // The pipeline counts the work of all that it rewrites anew.
  const less = 1 + Math.floor(stage.next() * 999)
  const took = isTimeout ? minute : drawn - (stage.isRewritten ? less : 0)
  Story.part(leg, "wrapup", from, from + took, end, { wrap: wrap(stage, from + took, isTimeout) })
  Story.measure(leg, "tAcw", from + took, took)
  Story.measure(leg, "tHandle", from + took, handled + took)
}

export interface Talk {
  readonly agent: number
  readonly medium: Medium
  readonly queue: number
  /** When it rings, unless the agent dialed. */
  readonly alert?: number
  readonly from: number
  readonly to: number
  readonly end: Disconnect
  /** When the queue offered it. */
  readonly offered?: number
  readonly holds?: ReadonlyArray<readonly [from: number, to: number]>
  readonly conferenceFrom?: number
  /** How the agent has passed it on. */
  readonly passedOn?: "blind" | "consult"
  /** When the agent began to consult another one. */
  readonly consulted?: number
  /** What of the dialing counts as handled already. */
  readonly handled?: number
  readonly hasWork: boolean
}

/** Now and then, and calls only. */
export const randomHolds = (stage: Stage, medium: Medium, from: number, to: number): Talk["holds"] => {
  const { next, settings } = stage
  if (medium !== "voice" || next() >= settings.stories.held) return []
  const count = 1 + Math.floor(next() ** 2 * 3)
  const piece = (to - from) / count
  return Array.from({ length: count }, (_, place) => {
    const begin = from + piece * (place + 0.2 + 0.2 * next())
    return [Math.floor(begin), Math.floor(begin + piece * (0.1 + 0.3 * next()))] as const
  })
}

/** The talk itself, in the leg of an agent who has alerted or dialed: segments of talk and of hold by turns. */
export const talk = (stage: Stage, leg: Leg, given: Talk): void => {
  const { conferenceFrom = Infinity, consulted, end, from, handled = 0, holds = [], passedOn, to } = given
  let [cursor, talked, held] = [from, 0, 0]
  for (const [begin, stop] of [...holds, [to, to] as const]) {
    if (begin > cursor) {
      const conference = cursor >= conferenceFrom
      Story.part(leg, "interact", cursor, begin, begin === to ? end : undefined, { conference })
      Story.measure(leg, "tTalk", begin, begin - cursor)
      talked += begin - cursor
    }
    if (stop > begin) {
      Story.part(leg, "hold", begin, stop, stop === to ? end : undefined)
      Story.measure(leg, "tHeld", stop, stop - begin)
      held += stop - begin
    }
    cursor = stop
  }
  if (consulted !== undefined) Story.measure(leg, "nConsult", consulted, 1)
  if (passedOn !== undefined) {
    Story.measure(leg, "nTransferred", to, 1)
    Story.measure(leg, passedOn === "blind" ? "nBlindTransferred" : "nConsultTransferred", to, 1)
  }
  Story.measure(leg, "tTalkComplete", to, talked)
  if (held > 0) Story.measure(leg, "tHeldComplete", to, held)
  const all = talked + held + handled
  if (given.hasWork) work(stage, leg, to, all, end)
  else Story.measure(leg, "tHandle", to, all)
}

/** Busy, nobody there, and no such number. */
const failures: ReadonlyArray<Story.Failure> = [
  { code: "error.ininedgecontrol.connection.busy", q850: 17, sip: 486 },
  { code: "error.ininedgecontrol.connection.noAnswer", q850: 19, sip: 480 },
  { code: "error.ininedgecontrol.connection.unallocatedNumber", q850: 1, sip: 404 }
]

export const failure = ({ next }: Stage): Story.Failure => failures[Math.floor(next() * failures.length)]!

/** An agent gets a line, and dials until somebody takes the call, or nobody does. */
export const dial = (leg: Leg, from: number, line: number, to: number, failed: Story.Failure | undefined): void => {
  const isReached = failed === undefined
  Story.part(leg, "contacting", from, line)
  Story.part(leg, "dialing", line, to, isReached ? undefined : "peer", { failure: failed })
  Story.measure(leg, "tContacting", line, line - from)
  Story.measure(leg, "nOutbound", line, 1)
  Story.measure(leg, "tDialing", to, to - line)
  Story.measure(leg, "tFirstDial", line, line - from)
  if (isReached) Story.measure(leg, "tFirstConnect", to, to - from)
  else {
    Story.measure(leg, "nError", to, 1)
    Story.measure(leg, "tHandle", to, to - from)
  }
}

/** What a chat, a message or an e-mail is answered in. */
const responses = (stage: Stage, leg: Leg, from: number, to: number): void => {
  const [first, second] = [from + Math.floor((to - from) * 0.2), from + Math.floor((to - from) * 0.6)]
  if (!Story.tells(stage.story, "tFirstEngagement")) Story.measure(leg, "tFirstEngagement", first, first - stage.start)
  Story.measure(leg, "tAgentResponseTime", first, first - from)
  Story.measure(leg, "tUserResponseTime", second, second - first)
  if (stage.next() < 0.3) Story.measure(leg, "oMediaCount", second, 1 + Math.floor(stage.next() * 3))
}

/** An agent whom a queue or another agent alerts, and who answers. */
export const answer = (stage: Stage, given: Talk): Leg => {
  const { agent, alert = given.from, from, medium, offered, queue } = given
  const isCampaign = stage.script.kind === "outbound"
  const direction = isCampaign ? "outbound" : "inbound"
  const leg = add(stage, "agent", Story.newLeg(medium, direction, queue, { isCampaign }), agent)
  if (alert < from) {
    Story.part(leg, "alert", alert, from)
    Story.measure(leg, "tAlert", from, from - alert)
  }
  if (offered !== undefined) Story.measure(leg, "tAnswered", from, from - offered)
  if (medium !== "voice" && medium !== "callback") responses(stage, leg, from, given.to)
  talk(stage, leg, given)
  return leg
}
