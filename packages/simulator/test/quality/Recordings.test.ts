/** Recordings of the simulated org: they are of calls that were recorded and have ended, and not everybody may see them. */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import { ConversationsById } from "../../src/api/AnalyticsApi.ts"
import { Recording } from "../../src/api/RecordingsApi.ts"
import { Simulator } from "../../src/Simulator.ts"
import { call, login } from "../support/Calls.ts"

const decode = Schema.decodeUnknownEffect(Schema.Array(Recording))

it.effect("are of conversations that have ended, within their sessions, and are uploaded and archived later", () =>
  Effect.gen(function* () {
    const { clientId, facts, updateClient } = yield* Simulator
    yield* TestClock.setTime(Date.parse("1970-06-04T00:00:00Z"))
    const token = yield* login()
    const found = yield* facts("recordings", "1970-06-03")
    assert.isAbove(found.length, 100)
    assert.sameMembers([...new Set(found.map((one) => one["fileState"]))], ["UPLOADING", "AVAILABLE", "ARCHIVED"])
    assert.strictEqual(new Set(found.map((one) => one["id"])).size, found.length)
    for (const one of found.slice(0, 20)) {
      const id = String(one["conversationId"])
      const path = `/api/v2/conversations/${id}/recordingmetadata`
      const answer = yield* decode((yield* call(token, "GET", path)).body)
      assert.include(
        answer.map((recording) => recording.id),
        one["id"]
      )
      const { body } = yield* call(token, "GET", `/api/v2/analytics/conversations/details?id=${id}`)
      const [row] = (yield* Schema.decodeUnknownEffect(ConversationsById)(body)).conversations ?? []
      assert.isString(row?.conversationEnd)
      const recorded = (row?.participants ?? []).flatMap(({ sessions }) => sessions.filter((of) => of.recording))
      for (const { annotations, endTime, sessionId, startTime } of answer) {
        assert.isTrue(recorded.some((of) => of.sessionId === sessionId))
        const length = Date.parse(endTime) - Date.parse(startTime)
        for (const { durationMs, location } of annotations) assert.isAtMost(location + durationMs, length)
      }
    }
    const path = `/api/v2/conversations/${String(found[0]?.["conversationId"])}/recordingmetadata`
    assert.strictEqual((yield* call(token, "GET", path.replace(/[0-9a-f]{8}/, "00000000"))).status, 404)
    yield* updateClient(clientId, { permissions: ["quality:evaluation:view"] })
    assert.strictEqual((yield* call(yield* login(), "GET", path)).status, 403)
  }).pipe(Effect.provide(Simulator.layerHttpClient({ conversationsPerHour: 60, rateLimit: { limit: 1_000_000 } })))
)
