/** The stories that go out: calls that an agent dials, and those of campaigns, which find an agent once somebody takes them. */
import { add, agentsEnd, connect, customersEnd, span, type Stage, wait } from "./stage.ts"
import * as Story from "./story.ts"
import * as Talks from "./talks.ts"

const second = 1000

/** Whether nobody takes the call: it is as short as that then. See script.ts. */
const isUnreached = ({ end, settings, start }: Stage, share: number): boolean =>
  share < settings.stories.unreached && end - start <= 45 * second

const dialed = (stage: Stage, reached: boolean): void => {
  const { agents, end, index, queue, start } = stage
  const agent = agents.main(index, start)
  const leg = add(stage, "agent", Story.newLeg("voice", "outbound", queue), agent)
  const line = start + span(stage, 200, 2 * second)
  if (!reached) {
    const failed = Talks.failure(stage)
    Talks.dial(leg, start, line, end, failed)
    const theirs = add(stage, "customer", Story.newLeg("voice", "outbound", queue))
    Story.part(theirs, "dialing", line, end, "endpoint", { failure: failed })
    return
  }
  const taken = line + span(stage, 2 * second, Math.min(25 * second, (end - line) * 0.5))
  Talks.dial(leg, start, line, taken, undefined)
  const holds = Talks.randomHolds(stage, "voice", taken, end) ?? []
  Talks.talk(stage, leg, {
    agent,
    medium: "voice",
    queue,
    from: taken,
    to: end,
    end: agentsEnd(stage),
    holds,
    handled: taken - start,
    hasWork: true
  })
  const theirs = add(stage, "customer", Story.newLeg("voice", "outbound", queue))
  Story.part(theirs, "dialing", line, taken)
  connect(theirs, taken, end, customersEnd(stage, "voice"))
}

const ofCampaign = (stage: Stage, reached: boolean): void => {
  const { agents, end, index, next, queue, start } = stage
  const leg = add(stage, "customer", Story.newLeg("voice", "outbound", queue, { isCampaign: true }))
  Story.measure(leg, "nOutboundAttempted", start, 1)
  if (!reached) {
    const failed = Talks.failure(stage)
    Story.part(leg, "dialing", start, end, "endpoint", { failure: failed })
    return
  }
  const taken = start + span(stage, 2 * second, Math.min(25 * second, (end - start) * 0.5))
  Story.part(leg, "dialing", start, taken)
  Story.measure(leg, "nOutboundConnected", taken, 1)
  // Nobody is free, and they hang up.
  const isAbandoned = next() < 0.03
  connect(leg, taken, end, isAbandoned ? "endpoint" : customersEnd(stage, "voice"))
  if (isAbandoned) {
    Story.measure(leg, "nOutboundAbandoned", end, 1)
    wait(stage, "voice", queue, taken, end, "abandoned")
    return
  }
  const from = taken + span(stage, 200, 3 * second)
  wait(stage, "voice", queue, taken, from, "answered")
  Talks.answer(stage, {
    agent: agents.main(index, start),
    medium: "voice",
    queue,
    offered: taken,
    alert: taken,
    from,
    to: end,
    holds: Talks.randomHolds(stage, "voice", from, end) ?? [],
    end: agentsEnd(stage),
    hasWork: true
  })
}

export const outbound = (stage: Stage, share: number): void => {
  const reached = !isUnreached(stage, share)
  if (stage.next() < stage.settings.stories.campaigns) ofCampaign(stage, reached)
  else dialed(stage, reached)
}
