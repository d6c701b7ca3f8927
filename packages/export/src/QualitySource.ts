/**
 * Evaluations and surveys of conversations, by the UTC day on which they were made, whenever their conversation was: one that comes weeks
 * later is found on its own day. What is finished, answered or scored again later, is seen when its day is read again.
 */
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { DayLayout, DayRange } from "./DayRange.ts"
import * as GenesysTime from "./GenesysTime.ts"
import * as Days from "./internal/days.ts"
import * as Judgements from "./internal/judgements.ts"
import * as Evaluations from "./internal/kinds/evaluations.ts"
import * as Surveys from "./internal/kinds/surveys.ts"
import type { Told } from "./internal/kinds/told.ts"
import * as Reading from "./internal/reading.ts"
import type { Measure, Source } from "./Source.ts"

/** Which days are read, and how long they are read again. */
export interface QualityOptions extends DayRange {
  /**
   * How long after its end a day is read again: when it is 1, 2, 4, 8, … days old, and at last when it is as old as this.
   * @default 90 days
   */
  readonly again?: Duration.Input | undefined
}

interface Judged {
  readonly layout: DayLayout
  readonly told: Told
  readonly usualAgain: Duration.Input
  readonly wanted: Judgements.Wanted
  /** The field in which the day stands, if Genesys has none. */
  readonly dayField?: string | undefined
}

const evaluated: Judged = {
  layout: Evaluations.evaluations,
  told: Evaluations.told,
  usualAgain: Evaluations.usualAgain,
  wanted: {
    counted: {
      path: "/api/v2/analytics/evaluations/aggregates/query",
      metrics: ["nEvaluations"],
      time: "evaluationCreatedDate",
      id: "evaluationId",
      more: ["conversationId"]
    },
    route: "/api/v2/quality/conversations/{conversationId}/evaluations/{evaluationId}"
  }
}

const surveyed: Judged = {
  layout: Surveys.surveys,
  told: Surveys.told,
  usualAgain: Surveys.usualAgain,
  wanted: {
    counted: {
      path: "/api/v2/analytics/surveys/aggregates/query",
      metrics: ["nSurveysSent", "nSurveyResponses"],
      time: "surveyCreatedDate",
      id: "surveyId",
      more: []
    },
    route: "/api/v2/quality/surveys/{surveyId}"
  },
  dayField: Surveys.dayField
}

const make =
  (judged: Judged) =>
  (options: QualityOptions): Effect.Effect<Source, never, GenesysClient> =>
    Effect.gen(function* () {
      const { dayField, layout, told, wanted } = judged
      const client = yield* GenesysClient
      const read = ({ asOf, day, from, now, previous, to }: Days.Asked) =>
        Reading.make({
          batches: Judgements.rows(wanted, from, to).pipe(
            Stream.provideService(GenesysClient, client),
            Stream.map((row) => (dayField === undefined ? row : { ...row, [dayField]: day })),
            // Genesys has said of which day it is.
            Stream.mapArray((values) => [{ accepts: () => true, asOf: now, values }])
          ),
          key: layout.key,
          isRunning: () => false,
          source: "query",
          asOf,
          fallback: asOf,
          previous
        })
      return yield* Days.make({
        layout,
        range: Days.rangeOf(judged.usualAgain)(options),
        time: GenesysTime.ofToken,
        permissions: told.permissions,
        portable: true,
        read: (day) => Effect.sync(() => read(day))
      })
    })

const measure =
  (judged: Judged) =>
  (options: QualityOptions): Measure =>
    Days.measure(judged.layout, Days.rangeOf(judged.usualAgain)(options))

/** The source of evaluations. It needs `analytics:evaluationAggregate:view` and `quality:evaluation:view`. */
export const evaluations = make(evaluated)
/** How far evaluations are behind in a sink: told from its checkpoint, without Genesys. */
export const measureEvaluations = measure(evaluated)
/** The source of surveys. It needs `analytics:surveyAggregate:view` and `quality:survey:view`. */
export const surveys = make(surveyed)
/** The same of surveys, as `measureEvaluations` tells it of evaluations. */
export const measureSurveys = measure(surveyed)
