/**
 * The stories with several agents: who is alerted in vain, transferred blind or after consulting, who waits while an agent consults
 * another one, and who talks with both.
 */
import { alertedAt, answeredAt, entrance } from "./plots.ts"
import { add, agentsEnd, customer, customersEnd, span, type Stage, unanswered as ringsInVain, wait } from "./stage.ts"
import * as Story from "./story.ts"
import * as Talks from "./talks.ts"

const second = 1000

export const unanswered = (stage: Stage): void => {
  const { agents, end, index, queue, script, start } = stage
  const medium = script.media
  customer(stage, medium, end, customersEnd(stage, medium))
  const offered = entrance(stage, medium, 0.1)
  const first = offered + span(stage, 200, second)
  const rung = first + span(stage, 8 * second, 20 * second)
  const from = rung + span(stage, 2 * second, 20 * second)
  wait(stage, medium, queue, offered, from, "answered")
  ringsInVain(stage, medium, queue, first, rung, agents.main(index, start))
  Talks.answer(stage, {
    agent: agents.helper(index, start, 0),
    medium,
    queue,
    offered,
    alert: Math.max(rung, alertedAt(stage, offered, from)),
    from,
    to: end,
    holds: Talks.randomHolds(stage, medium, from, end) ?? [],
    end: agentsEnd(stage),
    hasWork: true
  })
}

export const blind = (stage: Stage): void => {
  const { agents, end, index, next, queue, queues, script, start } = stage
  const medium = script.media
  const isOutside = medium === "voice" && next() < 0.15
  const isAbandoned = !isOutside && medium === "voice" && next() < 0.1
  customer(stage, medium, end, isAbandoned ? "endpoint" : customersEnd(stage, medium))
  const offered = entrance(stage, medium, 0.1)
  const from = answeredAt(stage, offered, 0.2)
  wait(stage, medium, queue, offered, from, "answered")
  const passed = from + span(stage, (end - from) * 0.2, (end - from) * 0.6)
  Talks.answer(stage, {
    agent: agents.main(index, start),
    medium,
    queue,
    offered,
    alert: alertedAt(stage, offered, from),
    from,
    to: passed,
    holds: Talks.randomHolds(stage, medium, from, passed) ?? [],
    end: "transfer",
    passedOn: "blind",
    hasWork: true
  })
  if (isOutside) {
    const leg = add(stage, "external", Story.newLeg(medium, "outbound", -1))
    const taken = passed + span(stage, second, Math.min(20 * second, (end - passed) * 0.5))
    Story.part(leg, "dialing", passed, taken)
    Story.part(leg, "interact", taken, end, agentsEnd(stage))
    return
  }
  const other = (queue + 1 + Math.floor(next() * (queues - 1))) % queues
  if (isAbandoned) {
    wait(stage, medium, other, passed, end, "abandoned")
    return
  }
  const again = passed + span(stage, second, (end - passed) * 0.4, 2)
  wait(stage, medium, other, passed, again, "answered")
  Talks.answer(stage, {
    agent: agents.helper(index, start, 0),
    medium,
    queue: other,
    offered: passed,
    alert: alertedAt(stage, passed, again),
    from: again,
    to: end,
    end: agentsEnd(stage),
    hasWork: true
  })
}

/** The customer is held while the agent asks another one: from when, since when they talk, and until when. */
interface Consulting {
  readonly from: number
  readonly taken: number
  readonly to: number
}

/** The leg in which the agent consults, beside that of the customer. */
const consultLeg = (stage: Stage, agent: Story.Actor, { from, taken, to }: Consulting): void => {
  const leg = Story.newLeg("voice", "outbound", -1)
  agent.legs.push(leg)
  Story.part(leg, "dialing", from, taken)
  Story.measure(leg, "tDialing", taken, taken - from)
  Talks.talk(stage, leg, {
    agent: agent.agent,
    medium: "voice",
    queue: -1,
    from: taken,
    to,
    end: "client",
    handled: taken - from,
    hasWork: false
  })
}

const consulted = (stage: Stage, way: "transfer" | "consult" | "conference"): void => {
  const { agents, end, index, queue, start, story } = stage
  // Who is there: the customer first, which is told when it is known since when all three talk.
  const leg = customer(stage, "voice", end, customersEnd(stage, "voice"))
  const offered = entrance(stage, "voice", 0.1)
  const answeredFrom = answeredAt(stage, offered, 0.2)
  const rest = end - answeredFrom
  const from = answeredFrom + span(stage, rest * 0.2, rest * 0.4)
  const taken = from + span(stage, second, Math.min(10 * second, rest * 0.1))
  const to = taken + span(stage, rest * 0.1, rest * 0.2)
  wait(stage, "voice", queue, offered, answeredFrom, "answered")
  const first = agents.main(index, start)
  const conferenceFrom = way === "conference" ? to : Infinity
  Talks.answer(stage, {
    agent: first,
    medium: "voice",
    queue,
    offered,
    alert: alertedAt(stage, offered, answeredFrom),
    from: answeredFrom,
    to: way === "transfer" ? to : end,
    holds: [[from, to]],
    consulted: from,
    conferenceFrom,
    end: way === "transfer" ? "transfer" : agentsEnd(stage),
    ...(way === "transfer" ? { passedOn: "consult" as const } : {}),
    hasWork: true
  })
  consultLeg(stage, story.actors.at(-1)!, { from, taken, to })
  Talks.answer(stage, {
    agent: agents.helper(index, start, 0),
    medium: "voice",
    queue: way === "transfer" ? queue : -1,
    alert: from,
    from: taken,
    to: way === "consult" ? to : end,
    conferenceFrom,
    end: way === "consult" ? "peer" : agentsEnd(stage),
    hasWork: way === "transfer"
  })
  if (way === "conference") Story.confer(leg, to)
}

export const consultTransfer = (stage: Stage): void => consulted(stage, "transfer")
export const consult = (stage: Stage): void => consulted(stage, "consult")
export const conference = (stage: Stage): void => consulted(stage, "conference")
