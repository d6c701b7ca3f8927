/**
 * Evaluations and surveys of conversations: which there are, by `/api/v2/analytics/evaluations/aggregates/query` and that of surveys, and what
 * each of them says, by `/api/v2/quality`.
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Schema from "effect/Schema"
import { interval } from "./AnalyticsApi.ts"
import { Authorization, BodyCheck } from "./Authorization.ts"
import { NotFound } from "./ErrorBody.ts"
import { pageQuery, Several } from "./Paging.ts"
import { Permissions } from "./Permissions.ts"

const Interval = Schema.String.check(
  Schema.makeFilter((text: string) => {
    const [from, to] = interval(text)
    return to > from || "Expected two ISO-8601 dates with a slash between them, the later one last"
  })
)

const Ref = Schema.Struct({ id: Schema.String, selfUri: Schema.optionalKey(Schema.String) })
const Form = Schema.Struct({ id: Schema.String, contextId: Schema.String, selfUri: Schema.String })
const text = Schema.optionalKey(Schema.String)

const groupFields = {
  questionGroupId: Schema.String,
  totalScore: Schema.Finite,
  maxTotalScore: Schema.Finite,
  markedNA: Schema.Boolean
}
const questionFields = {
  questionId: Schema.String,
  answerId: text,
  score: Schema.optionalKey(Schema.Finite),
  markedNA: Schema.Boolean
}

/** An evaluation of an agent in a conversation, with its answers once it is finished. */
export const Evaluation = Schema.Struct({
  id: Schema.String,
  conversation: Ref,
  evaluationForm: Form,
  evaluator: Ref,
  agent: Ref,
  status: Schema.Literals(["PENDING", "FINISHED"]),
  /** Once it is finished. */
  answers: Schema.optionalKey(
    Schema.Struct({
      totalScore: Schema.Finite,
      totalCriticalScore: Schema.Finite,
      questionGroupScores: Schema.Array(
        Schema.Struct({
          ...groupFields,
          questionScores: Schema.Array(
            Schema.Struct({ ...questionFields, failedKillQuestion: Schema.Boolean, comments: text })
          )
        })
      ),
      anyFailedKillQuestions: Schema.Boolean,
      comments: text
    })
  ),
  agentHasRead: Schema.Boolean,
  createdDate: Schema.String,
  assignedDate: Schema.String,
  changedDate: Schema.String,
  submittedDate: text,
  releaseDate: text,
  queue: Schema.optionalKey(Ref),
  mediaType: Schema.Array(Schema.String),
  rescore: Schema.Boolean,
  conversationDate: Schema.String,
  conversationEndDate: Schema.String,
  neverRelease: Schema.Boolean,
  assigned: Schema.Boolean,
  resourceType: Schema.String,
  redacted: Schema.Boolean,
  version: Schema.Int,
  selfUri: Schema.String
})
export type Evaluation = typeof Evaluation.Type

/** A survey of a conversation, with the answers of the customer once there are any. */
export const Survey = Schema.Struct({
  id: Schema.String,
  conversation: Ref,
  surveyForm: Form,
  agent: Ref,
  status: Schema.Literals(["Sent", "Finished", "Expired"]),
  queue: Schema.optionalKey(Ref),
  answers: Schema.optionalKey(
    Schema.Struct({
      totalScore: Schema.Finite,
      npsScore: Schema.Int,
      questionGroupScores: Schema.Array(
        Schema.Struct({
          ...groupFields,
          questionScores: Schema.Array(
            Schema.Struct({
              ...questionFields,
              npsScore: Schema.optionalKey(Schema.Int),
              npsTextAnswer: text,
              freeTextAnswer: text
            })
          )
        })
      )
    })
  ),
  completedDate: text,
  surveyType: Schema.String,
  missingRequiredAnswer: Schema.Boolean,
  selfUri: Schema.String
})
export type Survey = typeof Survey.Type

/** By what evaluations can be grouped. */
export const evaluationGroups = [
  "conversationId",
  "evaluationId",
  "evaluatorId",
  "formId",
  "queueId",
  "userId"
] as const
/** By what surveys can be grouped. */
export const surveyGroups = ["conversationId", "surveyId", "surveyFormId", "surveyStatus", "queueId", "userId"] as const

/** Without a granularity: the whole interval is one. */
const aggregation = <const Group extends string, const Metric extends string, const Time extends string>(
  groups: ReadonlyArray<Group>,
  metrics: ReadonlyArray<Metric>,
  times: ReadonlyArray<Time>
) =>
  Schema.Struct({
    interval: Interval,
    groupBy: Schema.optionalKey(Schema.Array(Schema.Literals(groups))),
    metrics: Schema.NonEmptyArray(Schema.Literals(metrics)),
    /** Which of its moments must be in the interval. Default: that of the latest event. */
    alternateTimeDimension: Schema.optionalKey(Schema.Literals(times))
  })

/** A query that counts evaluations by groups. */
export const EvaluationAggregation = aggregation(
  evaluationGroups,
  ["nEvaluations", "nEvaluationsRescored", "oTotalScore"],
  ["conversationStart", "evaluationCreatedDate", "evaluationReleaseDate", "eventTime"]
)
/** A query that counts surveys by groups. */
export const SurveyAggregation = aggregation(
  surveyGroups,
  ["nSurveysSent", "nSurveyResponses", "nSurveysExpired", "oSurveyTotalScore"],
  ["surveyCreatedDate", "eventTime"]
)

/** The counts and scores of each group, over the interval as a whole. */
export const Aggregated = Schema.Struct({
  results: Schema.Array(
    Schema.Struct({
      group: Schema.Record(Schema.String, Schema.String),
      data: Schema.Array(
        Schema.Struct({
          interval: Schema.String,
          metrics: Schema.Array(
            Schema.Struct({
              metric: Schema.String,
              stats: Schema.Struct({
                count: Schema.Int,
                sum: Schema.optionalKey(Schema.Finite),
                min: Schema.optionalKey(Schema.Finite),
                max: Schema.optionalKey(Schema.Finite)
              })
            })
          )
        })
      )
    })
  )
})

/** A page of evaluations. `total` is that of all pages. */
export const EvaluationListing = Schema.Struct({
  entities: Schema.Array(Evaluation),
  pageSize: Schema.Int,
  pageNumber: Schema.Int,
  total: Schema.Int,
  pageCount: Schema.Int
})

const flag = Schema.optionalKey(Schema.Literals(["true", "false"]))

/** The endpoints of evaluations and surveys. */
export class QualityApi extends HttpApiGroup.make("quality")
  .add(
    HttpApiEndpoint.post("evaluationAggregates", "/api/v2/analytics/evaluations/aggregates/query", {
      payload: EvaluationAggregation,
      success: Aggregated
    }).annotate(Permissions, ["analytics:evaluationAggregate:view"]),
    HttpApiEndpoint.post("surveyAggregates", "/api/v2/analytics/surveys/aggregates/query", {
      payload: SurveyAggregation,
      success: Aggregated
    }).annotate(Permissions, ["analytics:surveyAggregate:view"]),
    HttpApiEndpoint.get("evaluation", "/api/v2/quality/conversations/:conversationId/evaluations/:id", {
      params: { conversationId: Schema.String, id: Schema.String },
      query: { expand: Several },
      success: Evaluation,
      error: NotFound
    }).annotate(Permissions, ["quality:evaluation:view"]),
    HttpApiEndpoint.get("evaluations", "/api/v2/quality/evaluations/query", {
      query: {
        ...pageQuery,
        conversationId: text,
        agentUserId: text,
        evaluatorUserId: text,
        startTime: text,
        endTime: text,
        /** Without it there are no answers. */
        expandAnswerTotalScores: flag,
        expand: Several
      },
      success: EvaluationListing
    }).annotate(Permissions, ["quality:evaluation:view"]),
    HttpApiEndpoint.get("surveysOf", "/api/v2/quality/conversations/:conversationId/surveys", {
      params: { conversationId: Schema.String },
      success: Schema.Array(Survey)
    }).annotate(Permissions, ["quality:survey:view"]),
    HttpApiEndpoint.get("survey", "/api/v2/quality/surveys/:id", {
      params: { id: Schema.String },
      success: Survey,
      error: NotFound
    }).annotate(Permissions, ["quality:survey:view"])
  )
  .middleware(BodyCheck)
  .middleware(Authorization) {}
