/** Evaluations and surveys of the simulated org: what they are made of, when they are counted, and what is refused. */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import { ConversationsById } from "../../src/api/AnalyticsApi.ts"
import { Aggregated, Evaluation, EvaluationListing, Survey } from "../../src/api/QualityApi.ts"
import { Simulator } from "../../src/Simulator.ts"
import { call, login } from "../support/Calls.ts"

const day = "1970-06-01"
const interval = `${day}T00:00:00Z/1970-06-02T00:00:00Z`
const counted = Effect.fnUntraced(function* (token: string, what: "evaluations" | "surveys", body: object) {
  const answer = yield* call(token, "POST", `/api/v2/analytics/${what}/aggregates/query`, { interval, ...body })
  assert.strictEqual(answer.status, 200, JSON.stringify(answer.body))
  return (yield* Schema.decodeUnknownEffect(Aggregated)(answer.body)).results
})
const layer = Simulator.layerHttpClient({ conversationsPerHour: 60, rateLimit: "off" })

it.effect("are of conversations that have ended, and of their agents", () =>
  Effect.gen(function* () {
    const { facts } = yield* Simulator
    yield* TestClock.setTime(Date.parse("1970-08-01T00:00:00Z"))
    const token = yield* login()
    for (const [kind, schema] of [
      ["evaluations", Evaluation],
      ["surveys", Survey]
    ] as const) {
      const found = yield* facts(kind, day)
      assert.isAbove(found.length, 50)
      for (const one of found.slice(0, 20)) {
        const { agent, conversation } = yield* Schema.decodeUnknownEffect(schema)(one)
        const { body } = yield* call(token, "GET", `/api/v2/analytics/conversations/details?id=${conversation.id}`)
        const [row] = (yield* Schema.decodeUnknownEffect(ConversationsById)(body)).conversations ?? []
        assert.isString(row?.conversationEnd)
        assert.isTrue(row?.participants.some(({ userId }) => userId === agent.id))
      }
    }
  }).pipe(Effect.provide(layer))
)

it.effect("are counted when they are finished or sent, by each of their moments", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(Date.parse("1970-06-02T00:00:00Z"))
    const groupBy = ["evaluationId", "conversationId"]
    const metrics = ["nEvaluations"]
    const made = { groupBy, metrics, alternateTimeDimension: "evaluationCreatedDate" }
    const early = (yield* counted(yield* login(), "evaluations", made)).length
    yield* TestClock.adjust("6 days")
    const late = yield* counted(yield* login(), "evaluations", made)
    assert.isAbove(late.length, early)
    const token = yield* login()
    const dates = []
    for (const { group } of late) {
      const path = `/api/v2/quality/conversations/${group["conversationId"]}/evaluations/${group["evaluationId"]}`
      const { body } = yield* call(token, "GET", path)
      const { answers, createdDate, evaluationForm, releaseDate, status } =
        yield* Schema.decodeUnknownEffect(Evaluation)(body)
      assert.strictEqual(createdDate.slice(0, 10), day)
      assert.strictEqual(status, "FINISHED")
      assert.isAtMost(answers?.totalScore ?? 101, 100)
      dates.push({ releaseDate, form: evaluationForm.id })
    }
    const released = yield* counted(token, "evaluations", { ...made, alternateTimeDimension: "evaluationReleaseDate" })
    assert.isAtLeast(released.length, dates.filter(({ releaseDate = "" }) => releaseDate.startsWith(day)).length)
    const forms = yield* counted(token, "evaluations", {
      ...made,
      groupBy: ["formId"],
      metrics: ["nEvaluations", "oTotalScore"]
    })
    const sums = forms.map(
      ({ data }) => data[0]?.metrics.find(({ metric }) => metric === "nEvaluations")?.stats.count ?? 0
    )
    assert.strictEqual(
      sums.reduce((before, number) => before + number, 0),
      late.length
    )
    assert.sameMembers(
      forms.map(({ group }) => group["formId"]),
      [...new Set(dates.map(({ form }) => form))]
    )
    const surveys = {
      groupBy: ["surveyStatus"],
      metrics: ["nSurveysSent"],
      alternateTimeDimension: "surveyCreatedDate"
    }
    const states = (yield* counted(token, "surveys", surveys)).map(({ group }) => group["surveyStatus"])
    assert.sameMembers(states, ["Sent", "Finished"])
    yield* TestClock.adjust("14 days")
    const again = (yield* counted(yield* login(), "surveys", surveys)).map(({ group }) => group["surveyStatus"])
    assert.sameMembers(again, ["Expired", "Finished"])
  }).pipe(Effect.provide(layer))
)

it.effect(
  "are found by their conversation and people, without answers unless they are asked for; what is odd is refused",
  () =>
    Effect.gen(function* () {
      const { facts } = yield* Simulator
      yield* TestClock.setTime(Date.parse("1970-07-01T00:00:00Z"))
      const token = yield* login()
      const [one] = yield* facts("evaluations", day)
      const evaluation = yield* Schema.decodeUnknownEffect(Evaluation)(one)
      const list = "/api/v2/quality/evaluations/query"
      const ask = Effect.fnUntraced(function* (query: string) {
        const { body } = yield* call(token, "GET", `${list}?${query}`)
        return (yield* Schema.decodeUnknownEffect(EvaluationListing)(body)).entities
      })
      const { answers, ...rest } = evaluation
      assert.deepInclude<unknown>(yield* ask(`agentUserId=${evaluation.agent.id}&pageSize=500`), rest)
      const whole = yield* ask(`conversationId=${evaluation.conversation.id}&expandAnswerTotalScores=true`)
      assert.deepInclude<unknown>(whole, evaluation)
      assert.isDefined(answers)
      const status = (path: string) => Effect.map(call(token, "GET", path), (answer) => answer.status)
      assert.strictEqual(yield* status(list), 400)
      assert.strictEqual(yield* status(`/api/v2/quality/conversations/other/evaluations/${evaluation.id}`), 404)
      assert.strictEqual(yield* status("/api/v2/quality/surveys/none"), 404)
      const bad = yield* call(token, "POST", "/api/v2/analytics/evaluations/aggregates/query", {
        interval,
        metrics: ["nCats"]
      })
      assert.strictEqual(bad.status, 400)
    }).pipe(Effect.provide(layer))
)
