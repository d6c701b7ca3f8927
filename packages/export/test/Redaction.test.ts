/** Fields that nobody is to keep are empty before a row goes anywhere; without some it could not be kept. */
import { assert, it } from "@effect/vitest"
import * as ExactNumber from "@effect-genesys/client/ExactNumber"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Exporter from "../src/Exporter.ts"
import * as Kinds from "../src/Kinds.ts"
import * as Partition from "../src/Partition.ts"
import * as Redaction from "../src/Redaction.ts"
import type { Row } from "../src/Row.ts"
import type { Source } from "../src/Source.ts"
import * as MemorySink from "./MemorySink.ts"

const kind = Kinds.conversations.layout
const text = `{"conversationId":"a","conversationStart":"2026-11-01T00:00:00Z","ani":"+49","count":1E400,"none":null,
  "participants":[{"participantName":"Ada","sessions":[{"ani":"tel:+49","dnis":{"ani":["x"]},"mediaType":"voice"}]},"odd"],"__proto__":{"ani":1}}`
const row: Row = { key: "a", asOf: 1, value: Object(ExactNumber.parse(text)) }

const source: Source = {
  kind,
  lag: () => 0,
  org: Effect.succeed(Option.none()),
  plan: () =>
    Effect.succeed({
      available: 1,
      units: [
        {
          partition: Partition.ofDay(kind, "2026-11-01"),
          read: Effect.succeed({
            rows: Stream.make(row),
            entry: Effect.succeed({ source: "job", asOf: 1, rows: 1, running: 0 })
          })
        }
      ]
    })
}

/** What is kept, as JSON. */
const kept = Effect.fnUntraced(function* (...runs: ReadonlyArray<ReadonlyArray<string> | undefined>) {
  const rows = new Map<string, Row>()
  yield* Effect.gen(function* () {
    for (const redact of runs) {
      const summary = yield* Exporter.runOnce(source, { redact })
      assert.lengthOf(summary.done, 1)
    }
  }).pipe(Effect.provide(MemorySink.make(rows)))
  return JSON.stringify(rows.get("conversations/a")?.value)
})

it.effect("empties fields however deep they are, and leaves the others as they came", () =>
  Effect.gen(function* () {
    assert.strictEqual(yield* kept([]), JSON.stringify(row.value))
    const expected = text
      .replaceAll(/\s*\n\s*/g, "")
      .replaceAll(/"ani":(?:"[^"]*"|1|\["x"\])/g, `"ani":null`)
      .replace(`"participantName":"Ada"`, `"participantName":null`)
    assert.strictEqual(yield* kept(["ani", "participantName"]), expected)
    assert.include(yield* kept(["participants"]), `"participants":null`)
  })
)

it.effect("goes on as the copy is, unless it is told otherwise", () =>
  Effect.gen(function* () {
    const once = yield* kept(["dnis"])
    assert.include(once, `"dnis":null`)
    assert.strictEqual(yield* kept(["dnis"], undefined), once)
    assert.strictEqual(yield* kept(["dnis"], ["ani"]), yield* kept(["ani"]))
    assert.strictEqual(yield* kept(["dnis"], []), JSON.stringify(row.value))
    assert.strictEqual(yield* kept(undefined), JSON.stringify(row.value))
  })
)

it.effect("keeps what a row is known by and found with", () =>
  Effect.gen(function* () {
    assert.strictEqual(yield* kept(["conversationId", "conversationStart"]), JSON.stringify(row.value))
    assert.deepStrictEqual(Redaction.needed(kind), ["conversationId", "conversationStart"])
    assert.deepStrictEqual(Redaction.needed(Kinds.users.layout), ["id"])
    assert.deepStrictEqual(Redaction.needed(Kinds.lists.queue_members.layout), ["_key", "queueId", "id"])
    assert.deepStrictEqual(Redaction.needed(Kinds.oauthClientUsage.layout), ["_key", "clientId", "date", "date"])
  })
)
