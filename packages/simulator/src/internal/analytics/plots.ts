/**
 * The stories that come in: who is answered by one agent, who hangs up, who never reaches a queue, who leaves a voicemail or is called
 * back, and threads of days. Those with several agents are in helped.ts, and those that go out in outbound.ts.
 */
import { mostVisits } from "./agents.ts"
import { longestShort } from "./script.ts"
import { add, agentsEnd, connect, customer, customersEnd, flow, span, type Stage, wait } from "./stage.ts"
import * as Story from "./story.ts"
import type { Medium } from "./story.ts"
import * as Talks from "./talks.ts"

const second = 1000
const minute = 60 * second

/** The IVR or the bot before the queue, if it has one: when the queue begins. */
export const entrance = (stage: Stage, medium: Medium, share: number): number => {
  const { end, next, settings, start } = stage
  const hasFlow = next() < settings.stories.flows
  const begin = start + (hasFlow ? span(stage, 2 * second, Math.min(90 * second, (end - start) * share)) : 0)
  if (hasFlow && begin > start) flow(stage, medium, start, begin, "TRANSFER")
  return begin
}

/** When an agent answers those who wait from then on: mostly soon, and at a share of what is left at most. */
export const answeredAt = (stage: Stage, from: number, share = 0.4): number =>
  from + span(stage, 2 * second, Math.max(2 * second, Math.min(2 * minute, (stage.end - from) * share)), 3)

/** How long it rings before that. */
export const alertedAt = (stage: Stage, from: number, answered: number): number =>
  Math.max(from, answered - span(stage, second, 12 * second))

export const answered = (stage: Stage): void => {
  const { agents, end, index, queue, script, start } = stage
  const medium = script.media
  customer(stage, medium, end, customersEnd(stage, medium))
  const offered = entrance(stage, medium, 0.3)
  const from = answeredAt(stage, offered)
  wait(stage, medium, queue, offered, from, "answered")
  const alert = alertedAt(stage, offered, from)
  const holds = Talks.randomHolds(stage, medium, from, end) ?? []
  const agent = agents.main(index, start)
  const ended = agentsEnd(stage)
  Talks.answer(stage, { agent, medium, queue, offered, alert, from, to: end, holds, end: ended, hasWork: true })
}

export const abandoned = (stage: Stage): void => {
  const { end, queue, script, settings, start } = stage
  const medium = script.media
  customer(stage, medium, end, medium === "voice" ? "endpoint" : "client")
  const short = Math.min((end - start) / 2, settings.stories.shortAbandon * second - 1)
  const isShort = end - start <= 30 * second
  // Those of half a minute at most have spent most of it before the queue.
  const offered = isShort ? end - Math.max(300, span(stage, 300, short)) : entrance(stage, medium, 0.3)
  if (isShort && offered > start) flow(stage, medium, start, offered, "TRANSFER")
  wait(stage, medium, queue, offered, end, "abandoned")
}

export const selfServed = (stage: Stage): void => {
  const { end, script, start } = stage
  customer(stage, script.media, end, customersEnd(stage, script.media), -1)
  flow(stage, script.media, start, end, "DISCONNECT")
}

export const voicemail = (stage: Stage): void => {
  const { end, queue } = stage
  customer(stage, "voice", end, "endpoint")
  const offered = entrance(stage, "voice", 0.2)
  const left = offered + span(stage, (end - offered) * 0.3, (end - offered) * 0.7)
  wait(stage, "voice", queue, offered, left, "voicemail")
  const leg = add(stage, "voicemail", Story.newLeg("voice", "inbound", queue))
  Story.part(leg, "voicemail", left, end, "peer")
  Story.measure(leg, "tVoicemail", end, end - left)
}

/** The call back: the agent takes the callback, dials, and talks; the leg of the call is a second one of the same participants. */
const callBack = (stage: Stage, due: number, agentAt: (from: number) => number): void => {
  const { end, next, queue, story } = stage
  const from = due + span(stage, 2 * second, Math.max(2 * second, Math.min(3 * minute, (end - due) * 0.4)), 2)
  wait(stage, "callback", queue, due, from, "answered")
  const agent = agentAt(from)
  const alert = alertedAt(stage, due, from)
  const ended = agentsEnd(stage)
  const own = Talks.answer(stage, {
    agent,
    medium: "callback",
    queue,
    offered: due,
    alert,
    from,
    to: end,
    end: ended,
    hasWork: true
  })
  const [contacting, isReached] = [from + span(stage, 200, second), next() < 0.8]
  const dialed = contacting + span(stage, second, Math.max(second, Math.min(25 * second, (end - contacting) * 0.5)))
  Story.measure(own, "tActiveCallback", end, end - contacting)
  Story.measure(own, "tActiveCallbackComplete", end, end - contacting)
  const call = Story.newLeg("voice", "outbound", queue)
  story.actors.at(-1)!.legs.push(call)
  Talks.dial(call, from, contacting, isReached ? dialed : end, isReached ? undefined : Talks.failure(stage))
  if (!isReached) return
  Talks.talk(stage, call, {
    agent,
    medium: "voice",
    queue,
    from: dialed,
    to: end,
    end: ended,
    handled: dialed - from,
    hasWork: false
  })
  const theirs = Story.newLeg("voice", "outbound", queue)
  story.actors[0]!.legs.push(theirs)
  connect(theirs, dialed, end, customersEnd(stage, "voice"))
}

/** They call, ask for a callback instead of waiting, and hang up; it is due at once, or hours later. */
const calledBack = (stage: Stage, dueOf: (hungUp: number) => number, agentAt: (from: number) => number): void => {
  const { end, next, queue, settings, start, story } = stage
  const short = Math.min(end - start, 4 * minute)
  const hasFlow = next() < settings.stories.flows
  const offered = start + (hasFlow ? span(stage, 2 * second, short * 0.2) : 0)
  const hungUp = offered + span(stage, 10 * second, short * 0.3)
  const call = add(stage, "customer", Story.newLeg("voice", "inbound", queue))
  connect(call, start, hungUp, "endpoint")
  if (hasFlow) flow(stage, "voice", start, offered, "TRANSFER")
  wait(stage, "voice", queue, offered, hungUp, "callback")
  const due = dueOf(hungUp)
  const leg = Story.newLeg("callback", "inbound", queue, { scheduled: due })
  story.actors[0]!.legs.push(leg)
  if (due > hungUp) Story.part(leg, "scheduled", hungUp, due)
  Story.part(leg, "callback", due, end, customersEnd(stage, "callback"))
  callBack(stage, due, agentAt)
}

export const callback = (stage: Stage): void => {
  const { agents, index, start } = stage
  calledBack(
    stage,
    (hungUp) => hungUp,
    () => agents.main(index, start)
  )
}

export const lateCallback = (stage: Stage): void => {
  const { agents, end, index } = stage
  calledBack(
    stage,
    () => end - span(stage, 5 * minute, 20 * minute),
    (from) => agents.thread(index, from, 0)
  )
}

/** The customer writes now and then for hours or days, and each time a queue finds an agent for it. */
export const thread = (stage: Stage): void => {
  const { agents, end, index, next, queue, queues, script, start } = stage
  const medium = script.media
  customer(stage, medium, end, customersEnd(stage, medium))
  const visits = 2 + Math.floor(next() * (mostVisits - 1))
  const piece = Math.floor((end - start) / visits)
  for (let visit = 0; visit < visits; visit++) {
    const isLast = visit === visits - 1
    const longest = Math.min(longestShort, piece * 0.8)
    const took = span(stage, longest * 0.2, longest, 2)
    const begin = isLast ? end - took : start + piece * visit
    const offered = visit === 0 ? begin + span(stage, 500, took * 0.2) : begin
    if (visit === 0) flow(stage, medium, begin, offered, "TRANSFER")
    const from = offered + span(stage, took * 0.05, took * 0.5, 2)
    const place = visit === 0 || next() < 0.6 ? queue : Math.floor(next() * queues)
    wait(stage, medium, place, offered, from, "answered")
    Talks.answer(stage, {
      agent: agents.thread(index, from, visit),
      medium,
      queue: place,
      offered,
      alert: alertedAt(stage, offered, from),
      from,
      to: begin + took,
      end: isLast ? agentsEnd(stage) : "client",
      hasWork: true
    })
  }
}
