/** What a session of a row has beside its segments and metrics: addresses, providers, routing, flows, and the quality of the line. */
import type { Flow, Session } from "../../api/Conversation.ts"
import { iso } from "../shared/iso.ts"
import * as Random from "../shared/random.ts"
import type { Names } from "./names.ts"
import type { Actor, Flow as StoryFlow, Leg } from "./story.ts"

type Mutable<A> = { -readonly [K in keyof A]: A[K] }
type Fields = Omit<Session, "metrics" | "segments">

/** What all sessions of a row have in common. */
export interface Facts {
  readonly index: number
  readonly drawn: number
  /** 32 bits: who the customer is. */
  readonly word: number
  readonly direction: "inbound" | "outbound"
  readonly customer: string
  readonly ours: string
  readonly isCampaign: boolean
  readonly isVoice: boolean
  readonly isPredictive: boolean
  readonly actors: ReadonlyArray<Actor>
  readonly mos: number
  readonly rFactor: number
}

/** An actor has so many sessions at most, and its own are numbered from that many times its place on. */
export const legsOfActor = 4

const providers = {
  voice: "Edge",
  chat: "Webchat Provider",
  message: "PureCloud Messaging",
  email: "PureCloud Email",
  callback: "PureCloud Callback"
} as const
const messageTypes = ["webmessaging", "whatsapp", "sms", "open"]

const talked = ({ measures }: Leg, at: number) => measures.some((one) => one.name === "tTalkComplete" && one.at <= at)

const hasAnswered = ({ agent, legs }: Actor, at: number) =>
  agent >= 0 && legs.some(({ parts }) => parts.some((one) => one.type === "interact" && one.from <= at))

/** The agent who has answered by then: of a queue the one that it found, of a customer the first one; -1 for none. */
export const selected = ({ actors }: Pick<Facts, "actors">, actor: Actor, at: number): number => {
  if (actor.purpose === "acd") {
    const { flowOut, measures } = actor.legs[0]!
    if (flowOut !== undefined || measures.some(({ name }) => name === "tAbandon")) return -1
  }
  const place = actors.indexOf(actor)
  return actors.find((one, number) => number >= place && hasAnswered(one, at))?.agent ?? -1
}

export const gather = (
  known: Pick<Facts, "index" | "drawn" | "word" | "direction" | "customer" | "ours">,
  actors: ReadonlyArray<Actor>
): Facts => {
  const { word } = known
  const rFactor = 70 + (word % 2400) / 100
  return {
    ...known,
    isCampaign: actors.some(({ legs }) => legs.some(({ isCampaign }) => isCampaign)),
    isVoice: actors.some(({ legs }) => legs.some(({ medium }) => medium === "voice")),
    isPredictive: (word >>> 8) % 10 === 0,
    actors,
    mos: Math.round((rFactor / 94) * 490) / 100,
    rFactor
  }
}

const flowOf = (names: Names, flow: StoryFlow, leg: Leg, { ours }: Facts, at: number): Flow => {
  const { id, name } = names.flow(flow.number, flow.end)
  const row: Mutable<Flow> = {
    flowId: id,
    flowName: name,
    flowType: flow.type,
    flowVersion: "1.0",
    entryType: "dnis",
    entryReason: ours,
    startingLanguage: "en-us"
  }
  if (flow.end > at) return row
  row.endingLanguage = "en-us"
  row.exitReason = flow.exit
  if (flow.exit === "TRANSFER") {
    row.transferType = "ACD"
    row.transferTargetName = names.queueName(flow.target)
    row.transferTargetAddress = names.queueIds[flow.target]!
  }
  if (flow.outcome >= 0) {
    const outcome = names.outcome(flow.outcome, flow.end)
    row.outcomes = [
      {
        flowOutcomeId: outcome.id,
        flowOutcome: outcome.name,
        flowOutcomeStartTimestamp: iso(leg.parts[0]!.from),
        flowOutcomeEndTimestamp: iso(flow.end),
        flowOutcomeValue: flow.isSuccess ? "SUCCESS" : "FAILURE"
      }
    ]
  }
  return row
}

/** One way of the line, when somebody has left it. */
const quality = (leg: Leg, { mos, rFactor, word }: Facts, at: number) => {
  const last = leg.parts.findLast(({ type }) => type === "interact" || type === "hold")
  if (last === undefined || last.to > at) return undefined
  const first = leg.parts[0]!.from
  return [
    {
      codecs: ["audio/opus"],
      eventTime: iso(last.to),
      maxLatencyMs: 20 + (word % 80),
      minMos: mos,
      minRFactor: rFactor,
      receivedPackets: Math.floor((last.to - first) / 20)
    }
  ]
}

const disposition = (row: Mutable<Fields>, leg: Leg, at: number): void => {
  const dialed = leg.parts.find(({ to, type }) => type === "dialing" && to <= at)
  if (dialed === undefined) return
  row.dispositionAnalyzer = "EDGE"
  row.dispositionName =
    dialed.failure === undefined
      ? "disposition.classification.callable.person"
      : "disposition.classification.callable.noanswer"
}

export const make = (seed: number, names: Names) => {
  const sessionId = (index: number, place: number) => Random.uuid(seed, Random.streams.session, index * 64 + place)
  const peerOf = ({ actors, index }: Facts) =>
    sessionId(index, legsOfActor * actors.findIndex(({ purpose }) => purpose === "customer"))

  const route = (row: Mutable<Fields>, facts: Facts, actor: Actor, at: number): void => {
    const { purpose } = actor
    if (purpose !== "customer" && purpose !== "acd" && purpose !== "agent") return
    row.requestedRoutings = facts.isPredictive ? ["Predictive", "Standard"] : ["Standard"]
    const agent = selected(facts, actor, at)
    if (agent < 0) return
    row.usedRouting = facts.isPredictive ? "Predictive" : "Standard"
    row.selectedAgentId = names.user(agent).id
  }

  /** What a medium has of its own. */
  const ofMedium = (row: Mutable<Fields>, facts: Facts, leg: Leg): void => {
    const name = facts.customer.slice(-4)
    if (leg.medium === "email" || leg.medium === "message") {
      const isMail = leg.medium === "email"
      row.addressFrom = isMail ? `customer${name}@example.com` : facts.customer.slice(4)
      row.addressTo = isMail ? "service@yourcompany.com" : facts.ours.slice(4)
      if (!isMail) row.messageType = messageTypes[facts.word % messageTypes.length]!
    }
    if (leg.medium === "callback") {
      row.callbackNumbers = [facts.customer.slice(4)]
      row.callbackUserName = "Customer"
      if (leg.scheduled !== undefined) row.callbackScheduledTime = iso(leg.scheduled)
    }
    if (leg.isCampaign) {
      const campaign = facts.word % 16
      row.outboundCampaignId = names.campaignId(campaign)
      row.outboundContactListId = names.contactListId(campaign)
      row.outboundContactId = Random.uuid(seed, Random.streams.session, facts.index * 64 + 63)
    }
  }

  /** At a place among all sessions of the row. */
  return (facts: Facts, actor: Actor, leg: Leg, place: number, at: number): Fields => {
    const isOut = leg.direction === "outbound"
    const row: Mutable<Fields> = {
      sessionId: sessionId(facts.index, place),
      mediaType: leg.medium,
      direction: leg.direction,
      ani: isOut ? facts.ours : facts.customer,
      dnis: isOut ? facts.customer : facts.ours,
      provider: providers[leg.medium]
    }
    if (actor.purpose !== "customer") row.peerId = peerOf(facts)
    if (actor.purpose !== "customer") row.remote = "Customer"
    if (leg.queue >= 0) route(row, facts, actor, at)
    ofMedium(row, facts, leg)
    if (leg.isCampaign && actor.purpose === "customer") disposition(row, leg, at)
    if (leg.medium === "voice") {
      row.sessionDnis = row.dnis
      if (actor.purpose === "customer" || actor.purpose === "agent") {
        row.recording = actor.purpose === "customer" || talked(leg, at)
        const stats = quality(leg, facts, at)
        if (stats !== undefined) row.mediaEndpointStats = stats
      }
    }
    if (actor.purpose === "acd") {
      if (leg.flowOut !== undefined && leg.parts[0]!.to <= at) row.flowOutType = leg.flowOut
    }
    if (leg.flow !== undefined) row.flow = flowOf(names, leg.flow, leg, facts, at)
    return row
  }
}
