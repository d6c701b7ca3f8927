/** What happens in the org, as the official SDK sees it: the audit log, evaluations and surveys. */
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import pc from "purecloud-platform-client-v2"
import { Simulator } from "../src/Simulator.ts"
import * as Sdk from "./support/Sdk.ts"

layer(Simulator.layer({ users: 30, auditDelay: 0 }), { excludeTestServices: true })("the official SDK", (it) => {
  it.effect("queries the audit log", () =>
    Effect.gen(function* () {
      const { advanceClock, facts, now } = yield* Simulator
      const api = new pc.AuditApi(yield* Sdk.loggedIn())
      const at = yield* now
      const day = new Date(at - 86_400_000).toISOString().slice(0, 10)
      const interval = `${day}T00:00:00Z/${new Date(at).toISOString().slice(0, 10)}T00:00:00Z`
      const { id = "", state } = yield* Sdk.ask(() => api.postAuditsQuery({ interval }))
      assert.strictEqual(state, "Queued")
      yield* advanceClock(60)
      assert.strictEqual((yield* Sdk.ask(() => api.getAuditsQueryTransactionId(id))).state, "Succeeded")
      const first = yield* Sdk.ask(() =>
        api.getAuditsQueryTransactionIdResults(id, { pageSize: 100, expand: ["user"] })
      )
      const { cursor = "" } = first
      const next = yield* Sdk.ask(() => api.getAuditsQueryTransactionIdResults(id, { pageSize: 500, cursor }))
      assert.strictEqual(
        (first.entities?.length ?? 0) + (next.entities?.length ?? 0),
        (yield* facts("audits", day)).length
      )
      const services = yield* Sdk.ask(() => api.getAuditsQueryServicemapping())
      assert.isAbove(services.services?.length ?? 0, 5)
      const realtime = yield* Sdk.ask(() => api.postAuditsQueryRealtime({ interval, serviceName: "Routing" }))
      assert.strictEqual(realtime.entities?.[0]?.serviceName, "Routing")
      assert.isArray((yield* Sdk.ask(() => api.getAuditsQueryRealtimeServicemapping())).services)
    })
  )

  it.effect("reads what is known of recordings", () =>
    Effect.gen(function* () {
      const { facts, now } = yield* Simulator
      const day = new Date((yield* now) - 3 * 86_400_000).toISOString().slice(0, 10)
      const found = yield* facts("recordings", day)
      const conversationId = String(found[0]?.["conversationId"])
      const api = new pc.RecordingApi(yield* Sdk.loggedIn())
      const answer = yield* Sdk.ask(() => api.getConversationRecordingmetadata(conversationId))
      assert.deepStrictEqual<unknown>(
        answer.map((one) => Object.assign({}, one, { conversationDay: day })),
        found.filter((one) => one["conversationId"] === conversationId)
      )
    })
  )

  it.effect("counts evaluations and surveys, and reads them", () =>
    Effect.gen(function* () {
      const { facts, now } = yield* Simulator
      const client = yield* Sdk.loggedIn()
      const [analytics, quality] = [new pc.AnalyticsApi(client), new pc.QualityApi(client)]
      const day = new Date((yield* now) - 20 * 86_400_000).toISOString().slice(0, 10)
      const interval = `${day}T00:00:00Z/${new Date(Date.parse(day) + 86_400_000).toISOString()}`
      const evaluations = yield* Sdk.ask(() =>
        analytics.postAnalyticsEvaluationsAggregatesQuery({
          interval,
          groupBy: ["conversationId", "evaluationId"],
          metrics: ["nEvaluations"],
          alternateTimeDimension: "evaluationCreatedDate"
        })
      )
      const there = yield* facts("evaluations", day)
      assert.strictEqual(evaluations.results?.length, there.length)
      const { conversationId = "", evaluationId = "" } = evaluations.results?.[0]?.group ?? {}
      const evaluation = yield* Sdk.ask(() => quality.getQualityConversationEvaluation(conversationId, evaluationId))
      assert.deepInclude<unknown>(there, evaluation)
      const listed = yield* Sdk.ask(() =>
        quality.getQualityEvaluationsQuery({ conversationId, expandAnswerTotalScores: true })
      )
      assert.deepInclude<unknown>(listed.entities ?? [], evaluation)
      const surveys = yield* Sdk.ask(() =>
        analytics.postAnalyticsSurveysAggregatesQuery({
          interval,
          groupBy: ["surveyId"],
          metrics: ["nSurveysSent"],
          alternateTimeDimension: "surveyCreatedDate"
        })
      )
      assert.strictEqual(surveys.results?.length, (yield* facts("surveys", day)).length)
      const survey = yield* Sdk.ask(() => quality.getQualitySurvey(surveys.results?.[0]?.group?.["surveyId"] ?? ""))
      const of = yield* Sdk.ask(() => quality.getQualityConversationSurveys(survey.conversation?.id ?? ""))
      assert.deepInclude<unknown>(of, survey)
      assert.isString(survey.agent?.id)
    })
  )
})
