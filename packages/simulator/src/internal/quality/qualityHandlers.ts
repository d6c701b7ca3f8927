/** Evaluations and surveys, counted and one by one. An evaluation is counted once it is released. */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Struct from "effect/Struct"
import { interval } from "../../api/AnalyticsApi.ts"
import * as Api from "../../api/QualityApi.ts"
import * as Dates from "../../api/Dates.ts"
import { SimulatorApi } from "../../api/SimulatorApi.ts"
import { answerAs } from "../shared/answerAs.ts"
import { badRequest } from "../shared/bodyCheck.ts"
import { CurrentRequest } from "../shared/currentRequest.ts"
import { notFound } from "../shared/notFound.ts"
import { page } from "../shared/page.ts"
import { aggregated } from "./aggregates.ts"
import type { Known } from "./known.ts"
import { Quality } from "./quality.ts"

const day = 86_400_000
/** What is counted by another moment than that of its making was made at most so long before. */
const longest = 40 * day
const hundredDays = 100 * day

const timesOf = <A>({
  conversationStart,
  createdAt,
  eventAt,
  releasedAt
}: Known<A>): Readonly<Record<string, number>> => ({
  conversationStart,
  evaluationCreatedDate: createdAt,
  surveyCreatedDate: createdAt,
  evaluationReleaseDate: releasedAt,
  eventTime: eventAt
})

const evaluationValue = ({ row }: Known<Api.Evaluation>, dimension: string) =>
  ({
    conversationId: row.conversation.id,
    evaluationId: row.id,
    evaluatorId: row.evaluator.id,
    formId: row.evaluationForm.id,
    queueId: row.queue?.id,
    userId: row.agent.id
  })[dimension]

const surveyValue = ({ row }: Known<Api.Survey>, dimension: string) =>
  ({
    conversationId: row.conversation.id,
    surveyId: row.id,
    surveyFormId: row.surveyForm.id,
    surveyStatus: row.status,
    queueId: row.queue?.id,
    userId: row.agent.id
  })[dimension]

const evaluationCounts = ({ row }: Known<Api.Evaluation>) => [
  { metric: "nEvaluations", value: true as const },
  ...(row.rescore ? [{ metric: "nEvaluationsRescored", value: true as const }] : []),
  ...(row.answers === undefined ? [] : [{ metric: "oTotalScore", value: row.answers.totalScore }])
]

const surveyCounts = ({ row }: Known<Api.Survey>) => [
  { metric: "nSurveysSent", value: true as const },
  ...(row.status === "Expired" ? [{ metric: "nSurveysExpired", value: true as const }] : []),
  ...(row.answers === undefined
    ? []
    : [
        { metric: "nSurveyResponses", value: true as const },
        { metric: "oSurveyTotalScore", value: row.answers.totalScore }
      ])
]

const answerAggregates = answerAs(Api.Aggregated)
const answerEvaluation = answerAs(Api.Evaluation)
const answerSurvey = answerAs(Api.Survey)

export const QualityLive = HttpApiBuilder.group(
  SimulatorApi,
  "quality",
  Effect.fnUntraced(function* (handlers) {
    const quality = yield* Quality

    /** Those of which the moment that is asked for is in the interval. */
    const within = <A>(
      of: (from: number, to: number, now: number) => ReadonlyArray<Known<A>>,
      asked: { readonly interval: string; readonly alternateTimeDimension?: string },
      now: number
    ) => {
      const [from, to] = interval(asked.interval)
      const time = asked.alternateTimeDimension ?? "eventTime"
      const isOfMaking = time === "evaluationCreatedDate" || time === "surveyCreatedDate"
      const [first, last] = isOfMaking
        ? [from, to]
        : time === "conversationStart"
          ? [from, to + longest]
          : [from - longest, to]
      return of(first, last, now).filter((one) => {
        const moment = timesOf(one)[time] ?? Number.NaN
        return moment >= from && moment < to && one.releasedAt <= now
      })
    }

    return handlers.handleAll({
      evaluationAggregates: Effect.fnUntraced(function* ({ payload }) {
        const { now } = yield* CurrentRequest
        const { groupBy = [], metrics } = payload
        const names: ReadonlyArray<string> = metrics
        const found = within(quality.evaluations, payload, now)
        const count = (one: Known<Api.Evaluation>) =>
          evaluationCounts(one).filter(({ metric }) => names.includes(metric))
        return answerAggregates(aggregated(payload.interval, found, groupBy, evaluationValue, count))
      }),
      surveyAggregates: Effect.fnUntraced(function* ({ payload }) {
        const { now } = yield* CurrentRequest
        const { groupBy = [], metrics } = payload
        const names: ReadonlyArray<string> = metrics
        const found = within(quality.surveys, payload, now)
        const count = (one: Known<Api.Survey>) => surveyCounts(one).filter(({ metric }) => names.includes(metric))
        return answerAggregates(aggregated(payload.interval, found, groupBy, surveyValue, count))
      }),
      evaluation: Effect.fnUntraced(function* ({ params: { conversationId, id } }) {
        const { now } = yield* CurrentRequest
        const found = quality.evaluation(id, now)
        return found?.row.conversation.id === conversationId
          ? answerEvaluation(found.row)
          : yield* notFound(`Unable to find an evaluation with that id: ${id}`)
      }),
      evaluations: Effect.fnUntraced(function* ({ query }) {
        const { now } = yield* CurrentRequest
        const { agentUserId, conversationId, evaluatorUserId } = query
        if (agentUserId === undefined && conversationId === undefined && evaluatorUserId === undefined)
          return yield* badRequest("conversationId", "Expected one of conversationId, evaluatorUserId and agentUserId")
        const [from, to] = [Dates.parse(query.startTime), Dates.parse(query.endTime)]
        const rows = quality
          .evaluations(
            now - hundredDays,
            now + 1,
            now,
            (judged) =>
              (conversationId ?? judged.conversationId) === judged.conversationId &&
              (agentUserId ?? judged.userId) === judged.userId
          )
          .filter(
            ({ createdAt, row }) =>
              (evaluatorUserId ?? row.evaluator.id) === row.evaluator.id && !(createdAt < from) && !(createdAt >= to)
          )
          .map(({ row }) => (query.expandAnswerTotalScores === "true" ? row : Struct.omit(row, ["answers"])))
        const { items, uris } = page(rows, "", query)
        const { pageCount, pageNumber, pageSize, total } = uris
        return { entities: items, pageSize, pageNumber, total, pageCount }
      }),
      surveysOf: Effect.fnUntraced(function* ({ params }) {
        const { now } = yield* CurrentRequest
        return quality
          .surveys(now - hundredDays, now + 1, now, (judged) => judged.conversationId === params.conversationId)
          .map(({ row }) => row)
      }),
      survey: Effect.fnUntraced(function* ({ params: { id } }) {
        const { now } = yield* CurrentRequest
        const found = quality.survey(id, now)
        return found === undefined
          ? yield* notFound(`Unable to find a survey with that id: ${id}`)
          : answerSurvey(found.row)
      })
    })
  })
)
