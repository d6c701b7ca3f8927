/**
 * Where a story is told: whose turn it is, what is drawn next, and the scenes that all kinds of stories have, each with the segments
 * and metrics of one participant. They come in the same order whatever the moment at which a story is looked at.
 */
import type { Settings } from "../shared/settings.ts"
import type { Agents } from "./agents.ts"
import type { Script } from "./script.ts"
import * as ServiceLevel from "./serviceLevel.ts"
import * as Story from "./story.ts"
import type { Disconnect, Leg, Medium } from "./story.ts"

export interface Stage {
  readonly index: number
  readonly start: number
  readonly end: number
  readonly script: Script
  /** The place of its first queue. */
  readonly queue: number
  /** Who ended it: the customer, or else an agent. */
  readonly isCustomers: boolean
  /** Whether the nightly pipeline has been there. */
  readonly isRewritten: boolean
  /** From 0, inclusive, to 1, exclusive: the next one. */
  readonly next: () => number
  readonly agents: Agents
  readonly settings: Settings["Service"]
  readonly codes: ReadonlyArray<string>
  readonly queues: number
  readonly story: Story.Story
}

/** Milliseconds: the greater the power, the more are short. */
export const span = ({ next }: Stage, least: number, most: number, power = 1): number =>
  Math.floor(least + next() ** power * Math.max(0, most - least))

/** How the side of the customer ended, and that of the agent. */
export const customersEnd = ({ isCustomers }: Stage, medium: Medium): Disconnect => {
  if (!isCustomers) return "peer"
  return medium === "voice" ? "endpoint" : "client"
}
export const agentsEnd = ({ isCustomers }: Stage): Disconnect => (isCustomers ? "peer" : "client")

export const add = ({ story }: Stage, purpose: Story.Purpose, leg: Leg, agent = -1): Leg => {
  const actor = Story.newActor(purpose, agent)
  actor.legs.push(leg)
  story.actors.push(actor)
  return leg
}

/** Connected from one moment to another. */
export const connect = (leg: Leg, from: number, to: number, end: Disconnect): void => {
  Story.part(leg, "interact", from, to, end)
  Story.measure(leg, "nConnected", from, 1)
  Story.measure(leg, "tConnected", to, to - from)
}

/** The customer, connected all the time. */
export const customer = (stage: Stage, medium: Medium, to: number, end: Disconnect, queue = stage.queue): Leg => {
  const leg = add(stage, "customer", Story.newLeg(medium, "inbound", queue))
  connect(leg, stage.start, to, end)
  return leg
}

const flowTypes = {
  voice: ["ivr", "INBOUNDCALL"],
  callback: ["ivr", "INBOUNDCALL"],
  chat: ["workflow", "INBOUNDCHAT"],
  message: ["workflow", "INBOUNDSHORTMESSAGE"],
  email: ["workflow", "INBOUNDEMAIL"]
} as const

/** Flows and outcomes of the lists that are always there. */
const [flows, outcomes] = [60, 20]

/** An IVR, a workflow or a bot, from which one goes on into a queue, or nowhere. */
export const flow = (stage: Stage, medium: Medium, from: number, to: number, exit: "TRANSFER" | "DISCONNECT"): void => {
  const { next } = stage
  const isBot = (medium === "message" || medium === "chat") && next() < 0.5
  const [purpose, type] = isBot ? (["botflow", "DIGITALBOT"] as const) : flowTypes[medium]
  const outcome = next() < 0.3 ? Math.floor(next() * outcomes) : -1
  const isSuccess = outcome >= 0 && next() < 0.8
  const number = Math.floor(next() * flows)
  const leg = Story.newLeg(medium, "inbound", -1, {
    flow: { number, type, end: to, exit, target: stage.queue, outcome, isSuccess }
  })
  const ended = exit === "TRANSFER" ? "transfer" : customersEnd(stage, medium) === "peer" ? "client" : "peer"
  Story.part(leg, purpose === "ivr" ? "ivr" : "interact", from, to, ended)
  Story.measure(leg, "nFlow", from, 1)
  if (purpose === "ivr") Story.measure(leg, "tIvr", to, to - from)
  if (isBot) Story.measure(leg, "nBotInteractions", to, 1 + Math.floor(next() * 8))
  if (outcome >= 0) {
    Story.measure(leg, "nFlowOutcome", to, 1)
    if (!isSuccess) Story.measure(leg, "nFlowOutcomeFailed", to, 1)
    Story.measure(leg, "tFlowOutcome", to, to - from)
  }
  Story.measure(leg, "tFlow", to, to - from)
  Story.measure(leg, exit === "TRANSFER" ? "tFlowExit" : "tFlowDisconnect", to, to - from)
  add(stage, purpose, leg)
}

/** What becomes of those who wait in a queue. */
export type Left = "answered" | "abandoned" | "callback" | "voicemail"

/** Each that is offered is answered, abandoned, or flows out; the time until then is `tAcd`. */
export const wait = (stage: Stage, medium: Medium, queue: number, from: number, to: number, left: Left): Leg => {
  const { settings } = stage
  const flowOut = left === "callback" || left === "voicemail" ? left : undefined
  const isCampaign = stage.script.kind === "outbound"
  const leg = Story.newLeg(medium, isCampaign ? "outbound" : "inbound", queue, { flowOut, isCampaign })
  const waited = to - from
  Story.part(leg, "interact", from, to, left === "abandoned" ? "peer" : "transfer")
  Story.measure(leg, "nOffered", from, 1)
  Story.measure(leg, "tAcd", to, waited)
  if (left === "answered" && waited > ServiceLevel.within(settings, medium)) Story.measure(leg, "nOverSla", to, 1)
  if (left === "abandoned") {
    Story.measure(leg, "tAbandon", to, waited)
    if (waited < settings.stories.shortAbandon * 1000) Story.measure(leg, "tShortAbandon", to, waited)
  }
  if (flowOut !== undefined) Story.measure(leg, "tFlowOut", to, waited)
  return add(stage, "acd", leg)
}

/** Until it rings no longer, and the one who waits goes back to the queue. */
export const unanswered = (
  stage: Stage,
  medium: Medium,
  queue: number,
  from: number,
  to: number,
  agent: number
): void => {
  const leg = add(stage, "agent", Story.newLeg(medium, "inbound", queue), agent)
  Story.part(leg, "alert", from, to, "client")
  Story.measure(leg, "tAlert", to, to - from)
  Story.measure(leg, "tNotResponding", to, to - from)
}
