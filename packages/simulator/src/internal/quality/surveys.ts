/** Surveys: sent soon after their conversation, and answered within a week, or expired after two. */
import type { Survey } from "../../api/QualityApi.ts"
import type { Conversations } from "../analytics/conversations.ts"
import type { Lists } from "../lists/lists.ts"
import * as Random from "../shared/random.ts"
import type { Settings } from "../shared/settings.ts"
import * as Judged from "./judged.ts"
import * as Known from "./known.ts"
import * as Scores from "./scores.ts"

const day = 86_400_000
const hour = 3_600_000

export const make = (
  { conversationsPerHour, seed, surveys }: Settings["Service"],
  world: Conversations["Service"],
  lists: Lists["Service"]
) => {
  const shareOf = (number: number, place: number) => Random.unit(seed, Random.streams.survey, number, place)
  const made = Judged.make(world, {
    seed,
    stream: Random.streams.survey,
    perHour: conversationsPerHour * surveys,
    delay: (number) => shareOf(number, 6) * hour
  })
  const read: Known.Read<Survey> = (number, now) => {
    const createdAt = made.at(number)
    const judged = createdAt > now ? undefined : made.of(number)
    if (judged === undefined) return undefined
    const share = (place: number) => shareOf(number, place)
    const answeredAt = share(7) < 0.4 ? createdAt + 60_000 + Math.floor(share(8) ** 2 * 7 * day) : Infinity
    const expiresAt = createdAt + 14 * day
    const isAnswered = answeredAt <= now
    const isExpired = !isAnswered && expiresAt <= now
    const id = made.idOf(number)
    const row: Survey = {
      id,
      ...Known.about(judged),
      surveyForm: Known.formOf(lists, "surveyForms", "surveys", number % 3),
      status: isAnswered ? "Finished" : isExpired ? "Expired" : "Sent",
      ...(isAnswered ? { answers: Scores.survey(seed, number) } : {}),
      ...Judged.dated("completedDate", answeredAt, now),
      surveyType: "Web",
      missingRequiredAnswer: false,
      selfUri: `/api/v2/quality/surveys/${id}`
    }
    const eventAt = isAnswered ? answeredAt : isExpired ? expiresAt : createdAt
    return { row, createdAt, eventAt, releasedAt: createdAt, conversationStart: judged.start }
  }
  return { made, read }
}
