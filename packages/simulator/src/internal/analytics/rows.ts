/**
 * Writes a story as a row, as it is known at a moment: what lies ahead is not there yet.
 */
import type { Conversation, Metric, Participant, Segment, Session } from "../../api/Conversation.ts"
import { iso } from "../shared/iso.ts"
import * as Random from "../shared/random.ts"
import type { Settings } from "../shared/settings.ts"
import type { Names } from "./names.ts"
import * as Sessions from "./sessions.ts"
import { type Actor, beginOf, type Leg, type Part } from "./story.ts"
import type { Stories } from "./stories.ts"
import type { Timeline } from "./timeline.ts"

type Mutable<A> = { -readonly [K in keyof A]: A[K] }

/** What can be said of a customer in attributes. */
const tiers = ["gold", "silver", "bronze"]

const notes = ["Called again about the same matter", "Wants an offer in writing", "Was content"]

/** Participants of a row have so many numbers for their ids. */
const mostActors = 16

const metricsOf = (leg: Leg, at: number): Array<Metric> => {
  const rows: Array<Metric> = []
  for (const one of leg.measures) {
    if (one.at <= at) rows.push({ name: one.name, value: one.value, emitDate: iso(one.at) })
  }
  return rows
}

/** How a segment ended. */
const end = (row: Mutable<Segment>, { disconnect, failure, to }: Part): void => {
  row.segmentEnd = iso(to)
  if (disconnect !== undefined) row.disconnectType = disconnect
  if (failure !== undefined) {
    row.errorCode = failure.code
    row.q850ResponseCodes = [failure.q850]
    row.sipResponseCodes = [failure.sip]
  } else if (disconnect === "endpoint") row.q850ResponseCodes = [16]
}

/** What is said of the segments of one participant. */
const segments = (names: Names) => {
  const routed = (row: Mutable<Segment>, { purpose }: Actor, { queue }: Leg): void => {
    row.queueId = names.queueIds[queue]!
    if (purpose !== "acd" && purpose !== "agent") return
    const skills = names.skillIds(queue)
    if (skills.length > 0) row.requestedRoutingSkillIds = skills
    row.requestedLanguageId = names.languageId(queue)
  }
  return (facts: Sessions.Facts, actor: Actor, leg: Leg, one: Part, at: number): Segment => {
    const { purpose } = actor
    const row: Mutable<Segment> = { segmentStart: iso(one.from), segmentType: one.type, conference: one.conference }
    if (one.to <= at) end(row, one)
    if (leg.queue >= 0) routed(row, actor, leg)
    if (one.wrap !== undefined && one.wrap.knownAt <= at && one.wrap.code !== undefined) {
      row.wrapUpCode = one.wrap.code
      if (one.wrap.hasNote) row.wrapUpNote = notes[facts.word % notes.length]!
    }
    if (leg.medium === "email" && purpose === "customer") row.subject = `Order ${facts.word % 100_000}`
    if (leg.medium !== "voice" || one.type !== "interact") return row
    if (purpose === "agent" && facts.word % 16 === 0) row.audioMuted = true
    const scored = purpose === "acd" && facts.isPredictive ? Sessions.selected(facts, actor, at) : -1
    if (scored >= 0) row.scoredAgents = [{ agentScore: facts.word % 100, scoredAgentId: names.user(scored).id }]
    return row
  }
}

const participants = ({ seed }: Settings["Service"], names: Names) => {
  const sessionOf = Sessions.make(seed, names)
  const segmentOf = segments(names)

  const nameOf = ({ agent, legs, purpose }: Actor): string | undefined => {
    const [{ flow, queue }] = [legs[0]!]
    if (agent >= 0) return names.user(agent).name
    if (purpose === "acd") return names.queueName(queue)
    if (flow !== undefined) return names.flow(flow.number, flow.end).name
    return purpose === "customer" ? "Customer" : undefined
  }

  const session = (facts: Sessions.Facts, actor: Actor, leg: Leg, place: number, at: number): Session => {
    const parts: Array<Segment> = []
    for (const one of leg.parts) if (one.from <= at) parts.push(segmentOf(facts, actor, leg, one, at))
    return Object.assign(sessionOf(facts, actor, leg, place, at), { metrics: metricsOf(leg, at), segments: parts })
  }

  return (facts: Sessions.Facts, actor: Actor, place: number, at: number): Mutable<Participant> => {
    const row: Mutable<Participant> = {
      participantId: Random.uuid(seed, Random.streams.participant, facts.index * mostActors + place),
      purpose: actor.purpose,
      sessions: []
    }
    const name = nameOf(actor)
    if (name !== undefined) row.participantName = name
    if (actor.agent >= 0) row.userId = names.user(actor.agent).id
    const sessions: Array<Session> = []
    for (const [number, leg] of actor.legs.entries()) {
      if (beginOf(leg) <= at) sessions.push(session(facts, actor, leg, place * Sessions.legsOfActor + number, at))
    }
    row.sessions = sessions
    return row
  }
}

export const make = (settings: Settings["Service"], timeline: Timeline, stories: Stories, names: Names) => {
  const { of, draw, word } = Random.units(settings.seed, Random.streams.conversation)
  const participant = participants(settings, names)

  /** Who it is: known at once of some, found by the pipeline of others, and of whom it was known another one after that. */
  const identify = (facts: Sessions.Facts, row: Mutable<Participant>, at: number, withAttributes: boolean): void => {
    const isKnown = draw(facts.drawn, 21) < 0.4
    const isRewritten = at >= timeline.rewriteOf(facts.index)
    const contact = facts.word % 449
    if (isKnown || isRewritten) row.externalContactId = names.contactId(contact + (isKnown && isRewritten ? 1 : 0))
    if (withAttributes && draw(facts.drawn, 23) < settings.stories.attributes) {
      row.attributes = { "customer.tier": tiers[contact % tiers.length]!, "customer.orders": String(contact % 12) }
    }
  }

  /** With attributes, as jobs tell them, or without, as queries do. */
  return (index: number, at: number, id: string, withAttributes: boolean): Conversation => {
    const { actors } = stories.story(index, at)
    const [start, ended, drawn] = [timeline.startOf(index), timeline.endOf(index), of(index)]
    const hasEnded = ended <= at
    const direction = timeline.direction(index)
    const [customer, ours] = [stories.customer(index), stories.ours(index)]
    const facts = Sessions.gather({ index, drawn, word: word(drawn, 11), direction, customer, ours }, actors)
    const rows: Array<Participant> = []
    let conferenceStart = Infinity
    for (const [place, actor] of actors.entries()) {
      if (!actor.legs.some((leg) => beginOf(leg) <= at)) continue
      const row = participant(facts, actor, place, at)
      if (actor.purpose === "customer") identify(facts, row, at, withAttributes)
      rows.push(row)
      for (const { parts } of actor.legs) {
        for (const { conference, from } of parts) if (conference && from < conferenceStart) conferenceStart = from
      }
    }
    const row: Mutable<Conversation> = {
      conversationId: id,
      conversationStart: iso(start),
      ...(hasEnded ? { conversationEnd: iso(ended) } : {}),
      originatingDirection: direction,
      conversationInitiator: direction === "inbound" ? "customer" : facts.isCampaign ? "dialer" : "agent",
      customerParticipation: true,
      divisionIds: [names.divisionId],
      participants: rows
    }
    if (hasEnded && timeline.scriptOf(index).kind === "selfServed") row.selfServed = true
    if (conferenceStart <= at) row.conferenceStart = iso(conferenceStart)
    if (hasEnded && facts.isVoice) {
      row.mediaStatsMinConversationMos = facts.mos
      row.mediaStatsMinConversationRFactor = facts.rFactor
    }
    return row
  }
}
