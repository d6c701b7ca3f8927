/** Evaluations of conversations, with their answers, by the UTC day on which they were made. */
import * as Schema from "effect/Schema"
import * as Column from "../../Column.ts"
import type { DayLayout } from "../../DayRange.ts"
import type { Spelling } from "../../Kind.ts"
import * as DaySettings from "./daySettings.ts"
import { fieldsOf } from "./fields.ts"
import type { Told } from "./told.ts"

const columns = {
  day: Column.day("createdDate", "The UTC day on which it was made"),
  created_date: Column.moment("createdDate", "When it was made"),
  assigned_date: Column.moment("assignedDate", "When it was given to its evaluator"),
  submitted_date: Column.moment("submittedDate", "When the evaluator was done with it"),
  release_date: Column.moment("releaseDate", "When the agent could see it"),
  changed_date: Column.moment("changedDate", "When it was last changed"),
  conversation_id: Column.text(["conversation", "id"], "The conversation that is judged"),
  conversation_date: Column.moment("conversationDate", "When that began"),
  conversation_end_date: Column.moment("conversationEndDate", "When that ended"),
  agent_id: Column.text(["agent", "id"], "The user who is judged"),
  evaluator_id: Column.text(["evaluator", "id"], "The user who judges"),
  assignee_id: Column.text(["assignee", "id"], "The user to whom it counts, if that is another one"),
  queue_id: Column.text(["queue", "id"], "The queue of the conversation"),
  calibration_id: Column.text(["calibration", "id"], "The calibration that it belongs to"),
  form_id: Column.text(["evaluationForm", "id"], "This version of the form: see evaluation_forms"),
  form_context_id: Column.text(["evaluationForm", "contextId"], "The same for all versions of the form"),
  form_name: Column.text(["evaluationForm", "name"], "What the form is called, if Genesys says it"),
  status: Column.text("status", "Such as PENDING, INPROGRESS or FINISHED"),
  total_score: Column.number(["answers", "totalScore"], "0 to 100"),
  total_critical_score: Column.number(["answers", "totalCriticalScore"], "Of the critical questions, 0 to 100"),
  any_failed_kill_questions: Column.flag(["answers", "anyFailedKillQuestions"], "Whether a fatal question was failed"),
  comments: Column.text(["answers", "comments"], "What the evaluator says"),
  agent_comments: Column.text(["answers", "agentComments"], "What the agent says"),
  agent_has_read: Column.flag("agentHasRead", "Whether the agent has read it"),
  never_release: Column.flag("neverRelease", "Whether the agent shall never see it"),
  rescore: Column.flag("rescore", "Whether it was scored again"),
  media_types: Column.texts("mediaType", "Of the conversation"),
  resource_type: Column.text("resourceType", "What is judged, such as EMAIL"),
  dispute_count: Column.number("disputeCount", "How often it was disputed"),
  version: Column.number("version", "Counts its versions")
}

const children = [
  {
    name: "evaluation_group_scores",
    from: ["answers", "questionGroupScores"],
    place: "question_group",
    columns: {
      question_group_id: Column.text("questionGroupId"),
      total_score: Column.number("totalScore"),
      max_total_score: Column.number("maxTotalScore", "What could be reached"),
      total_critical_score: Column.number("totalCriticalScore"),
      max_total_critical_score: Column.number("maxTotalCriticalScore", "What could be reached"),
      marked_na: Column.flag("markedNA", "Whether it does not apply")
    },
    children: [
      {
        name: "evaluation_question_scores",
        from: "questionScores",
        place: "question",
        columns: {
          question_id: Column.text("questionId"),
          answer_id: Column.text("answerId"),
          score: Column.number("score", "What the answer is worth"),
          marked_na: Column.flag("markedNA", "Whether it does not apply"),
          failed_kill_question: Column.flag("failedKillQuestion", "Whether it is fatal, and was failed"),
          comments: Column.text("comments")
        }
      }
    ]
  }
] as const

export const evaluations = {
  name: "evaluations",
  by: "day",
  key: "id",
  one: "evaluation",
  fields: { id: Schema.String, ...fieldsOf(columns, children) },
  table: {
    key: "id",
    columns,
    indexes: [["created_date"], ["day"], ["conversation_id"], ["agent_id"], ["form_id"]],
    children
  }
} as const satisfies DayLayout

export const told: Told = {
  doc: "Evaluations, with the score of each question, by the day on which they were made",
  operations: ["postAnalyticsEvaluationsAggregatesQuery", "getQualityConversationEvaluation"],
  permissions: ["analytics:evaluationAggregate:view", "quality:evaluation:view"]
}

export const usualAgain = "90 days"

export const settings = (spelling: Spelling) =>
  DaySettings.fields(
    spelling,
    "How long a day that is over is read again, ever more rarely: evaluations are finished and scored again later. Default 90d."
  )
