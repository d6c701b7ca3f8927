/** Evaluations: made days or weeks after their conversation, finished up to five days later, and sometimes scored again. */
import type { Evaluation } from "../../api/QualityApi.ts"
import type { Conversations } from "../analytics/conversations.ts"
import type { Users } from "../directory/users.ts"
import type { Lists } from "../lists/lists.ts"
import { iso } from "../shared/iso.ts"
import * as Random from "../shared/random.ts"
import type { Settings } from "../shared/settings.ts"
import * as Judged from "./judged.ts"
import * as Known from "./known.ts"
import * as Scores from "./scores.ts"

const day = 86_400_000

export const make = (
  { conversationsPerHour, evaluations, lateEvaluations, seed }: Settings["Service"],
  world: Conversations["Service"],
  lists: Lists["Service"],
  users: Users["Service"]
) => {
  const shareOf = (number: number, place: number) => Random.unit(seed, Random.streams.evaluation, number, place)
  const made = Judged.make(world, {
    seed,
    stream: Random.streams.evaluation,
    perHour: conversationsPerHour * evaluations,
    delay: (number) => {
      const share = shareOf(number, 6)
      return shareOf(number, 5) < lateEvaluations ? 3 * day + share * 27 * day : share ** 2 * 3 * day
    }
  })
  const read: Known.Read<Evaluation> = (number, now) => {
    const createdAt = made.at(number)
    const judged = createdAt > now ? undefined : made.of(number)
    if (judged === undefined) return undefined
    const share = (place: number) => shareOf(number, place)
    const finishedAt = createdAt + 60_000 + Math.floor(share(7) ** 2 * 5 * day)
    const rescoredAt = share(8) < 0.15 ? finishedAt + day + Math.floor(share(9) * 14 * day) : Infinity
    const readAt = finishedAt + Math.floor(share(10) * 10 * day)
    const isFinished = finishedAt <= now
    const isRescored = rescoredAt <= now
    const changedAt = Math.max(...[createdAt, finishedAt, rescoredAt, readAt].filter((moment) => moment <= now))
    const id = made.idOf(number)
    const evaluator = users.field(Random.bits(seed, Random.streams.evaluation, number, 11) % users.count, "id") ?? ""
    const row: Evaluation = {
      id,
      ...Known.about(judged),
      evaluationForm: Known.formOf(lists, "evaluationForms", "evaluations", number % 5),
      evaluator: { id: evaluator, selfUri: `/api/v2/users/${evaluator}` },
      status: isFinished ? "FINISHED" : "PENDING",
      ...(isFinished ? { answers: Scores.evaluation(seed, number, isRescored) } : {}),
      agentHasRead: readAt <= now,
      createdDate: iso(createdAt),
      assignedDate: iso(createdAt),
      changedDate: iso(changedAt),
      ...Judged.dated("submittedDate", finishedAt, now),
      ...Judged.dated("releaseDate", finishedAt, now),
      mediaType: [judged.mediaType],
      rescore: isRescored,
      conversationDate: iso(judged.start),
      conversationEndDate: iso(judged.end),
      neverRelease: false,
      assigned: true,
      resourceType: judged.mediaType,
      redacted: false,
      version: isRescored ? 2 : 1,
      selfUri: `/api/v2/quality/conversations/${judged.conversationId}/evaluations/${id}`
    }
    const eventAt = isRescored ? rescoredAt : finishedAt
    return { row, createdAt, eventAt, releasedAt: finishedAt, conversationStart: judged.start }
  }
  return { made, read }
}
