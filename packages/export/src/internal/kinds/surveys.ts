/** Surveys of conversations, with their answers, by the UTC day on which they were sent. */
import * as Schema from "effect/Schema"
import * as Column from "../../Column.ts"
import type { DayLayout } from "../../DayRange.ts"
import type { Spelling } from "../../Kind.ts"
import * as DaySettings from "./daySettings.ts"
import { fieldsOf } from "./fields.ts"
import type { Told } from "./told.ts"

/** Genesys does not say of a survey when it was sent: it is found by that day, which stands here. */
export const dayField = "surveyCreatedDate"

const columns = {
  day: Column.day(dayField, "The UTC day on which it was sent"),
  completed_date: Column.moment("completedDate", "When it was answered"),
  conversation_id: Column.text(["conversation", "id"], "The conversation that it is about"),
  agent_id: Column.text(["agent", "id"], "The user who had it"),
  queue_id: Column.text(["queue", "id"], "The queue of the conversation"),
  flow_id: Column.text(["flow", "id"], "The flow that asked, of a survey by voice"),
  form_id: Column.text(["surveyForm", "id"], "This version of the form: see survey_forms"),
  form_context_id: Column.text(["surveyForm", "contextId"], "The same for all versions of the form"),
  form_name: Column.text(["surveyForm", "name"], "What the form is called, if Genesys says it"),
  status: Column.text("status", "Such as Sent, Finished or Expired"),
  survey_type: Column.text("surveyType", "Such as Web or Voice"),
  total_score: Column.number(["answers", "totalScore"], "0 to 100"),
  nps_score: Column.number(["answers", "npsScore"], "0 to 10, of the question whether one would recommend it"),
  missing_required_answer: Column.flag("missingRequiredAnswer", "Whether an answer is missing that is needed")
}

const children = [
  {
    name: "survey_group_scores",
    from: ["answers", "questionGroupScores"],
    place: "question_group",
    columns: {
      question_group_id: Column.text("questionGroupId"),
      total_score: Column.number("totalScore"),
      max_total_score: Column.number("maxTotalScore", "What could be reached"),
      marked_na: Column.flag("markedNA", "Whether it does not apply")
    },
    children: [
      {
        name: "survey_answers",
        from: "questionScores",
        place: "question",
        columns: {
          question_id: Column.text("questionId"),
          answer_id: Column.text("answerId"),
          score: Column.number("score", "What the answer is worth"),
          nps_score: Column.number("npsScore", "0 to 10"),
          nps_text_answer: Column.text("npsTextAnswer"),
          free_text_answer: Column.text("freeTextAnswer"),
          marked_na: Column.flag("markedNA", "Whether it does not apply")
        }
      }
    ]
  }
] as const

export const surveys = {
  name: "surveys",
  by: "day",
  key: "id",
  one: "survey",
  fields: { id: Schema.String, ...fieldsOf(columns, children) },
  table: {
    key: "id",
    columns,
    indexes: [["day"], ["conversation_id"], ["agent_id"], ["form_id"]],
    children
  }
} as const satisfies DayLayout

export const told: Told = {
  doc: "Surveys, with each answer, by the day on which they were sent",
  operations: ["postAnalyticsSurveysAggregatesQuery", "getQualitySurvey"],
  permissions: ["analytics:surveyAggregate:view", "quality:survey:view"]
}

export const usualAgain = "90 days"

export const settings = (spelling: Spelling) =>
  DaySettings.fields(
    spelling,
    "How long a day that is over is read again, ever more rarely: surveys are answered later. Default 90d."
  )
