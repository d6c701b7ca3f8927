/**
 * Who takes part in a conversation, as known at a moment: the customer, the queue, and the agent once there is one.
 */
import type { Participant, Segment } from "../../api/Conversation.ts"
import { queueNames } from "../directory/queueNames.ts"
import { iso } from "../shared/iso.ts"
import * as Random from "../shared/random.ts"
import type { Settings } from "../shared/settings.ts"
import type { Facts } from "./facts.ts"
import type { Timeline } from "./timeline.ts"

/** Absent while it lies ahead. */
const metric = (name: string, value: number, emitted: number, at: number) =>
  emitted <= at ? [{ name, value, emitDate: iso(emitted) }] : []

export const make =
  ({ seed }: Settings["Service"], timeline: Timeline, facts: Facts) =>
  (index: number, at: number): ReadonlyArray<Participant> => {
    const [start, answer, end] = [timeline.startOf(index), timeline.answerOf(index), timeline.endOf(index)]
    const work = timeline.workOf(index)
    const [queueId, user, code] = [facts.queueIds[facts.queue(index)]!, facts.user(index), facts.wrapUpCode(index, at)]
    const [mediaType, direction] = [facts.mediaType(index), facts.direction(index)]
    const [ani, dnis, disconnect] = [facts.ani(index), facts.dnis(index), facts.disconnectType(index, at)]

    const interact = (from: number, to: number, disconnectType: "peer" | "client" | "transfer"): Segment => ({
      segmentStart: iso(from),
      ...(to <= at ? { segmentEnd: iso(to), disconnectType } : {}),
      segmentType: "interact",
      queueId,
      conference: false
    })
    const wrapUp = (): Segment => ({
      segmentStart: iso(end),
      segmentEnd: iso(work),
      segmentType: "wrapup",
      queueId,
      ...(code === undefined ? {} : { wrapUpCode: code }),
      conference: false
    })
    const participant = (
      place: number,
      who: Omit<Participant, "participantId" | "sessions">,
      metrics: ReadonlyArray<ReturnType<typeof metric>>,
      segments: ReadonlyArray<Segment>
    ): Participant => ({
      participantId: Random.uuid(seed, Random.streams.participant, index * 4 + place),
      ...who,
      sessions: [
        {
          sessionId: Random.uuid(seed, Random.streams.session, index * 4 + place),
          mediaType,
          direction,
          ani,
          dnis,
          metrics: metrics.flat(),
          segments
        }
      ]
    })
    const agent = () =>
      participant(
        2,
        { participantName: user.name, purpose: "agent", userId: user.id },
        [metric("tTalk", facts.talk(index, at), end, at), metric("tAcw", work - end, work, at)],
        [interact(answer, end, disconnect), ...(work <= at ? [wrapUp()] : [])]
      )
    return [
      participant(
        0,
        { participantName: "Customer", purpose: "customer" },
        [metric("nConnected", 1, start, at)],
        [interact(start, end, disconnect)]
      ),
      participant(
        1,
        { participantName: queueNames[facts.queue(index)]!, purpose: "acd" },
        [metric("tAcd", answer - start, answer, at)],
        [interact(start, answer, "transfer")]
      ),
      ...(answer <= at ? [agent()] : [])
    ]
  }
