/** Answers about lists that no list can have: what they cost is bounded, and what came is given all the same. */
import { Environment } from "@effect-genesys/auth/Environment"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Stream from "effect/Stream"
import { GenesysClient } from "../src/GenesysClient.ts"
import { IncompleteError } from "../src/GenesysError.ts"
import * as Pagination from "../src/Pagination.ts"
import * as Lists from "./Lists.ts"
import * as Scripted from "./ScriptedApi.ts"

describe("a list that says that it has more than anything has", () => {
  const about = (total: number) =>
    Effect.gen(function* () {
      const list = Pagination.follow(HttpClientRequest.get("/api/v2/lists/a?pageSize=10"))
      const error = yield* Effect.flip(Stream.runDrain(list))
      assert.include(error, { _tag: "IncompleteError", reason: "Limit", rows: 10 })
      assert.notProperty(error, "total")
      assert.match(error.message, /how many are missing, it does not say/)
    }).pipe(
      Effect.provide(
        Lists.layer(({ params }) =>
          Effect.succeed(
            Number(params.get("pageNumber") ?? 1) > 1
              ? 400
              : { entities: Lists.rows(10), pageNumber: 1, pageSize: 10, pageCount: 9, total }
          )
        )
      )
    )

  for (const total of [1e300, 2 ** 53, 10.5]) {
    it.effect(`does not say it at all: ${total}`, () => about(total))
  }

  it("has no sum of lists that each say as much as a number holds", () => {
    const api = { method: "GET", path: "/api/v2/users" }
    const part = IncompleteError.of({ api, reason: "Limit", said: "", rows: 1, total: Number.MAX_SAFE_INTEGER })
    assert.notProperty(IncompleteError.sum([part, part]), "total")
  })
})

describe("a query of many years", () => {
  const years = "1990-01-01T00:00:00.000Z/2026-01-01T00:00:00.000Z"
  const request = HttpClientRequest.bodyJsonUnsafe(
    HttpClientRequest.post("/api/v2/analytics/conversations/details/query"),
    {
      interval: years,
      paging: { pageSize: 100, pageNumber: 1 }
    }
  )
  const lengthOf = (asked: string) => {
    const [start = 0, end = 0] = asked.split("/").map((moment) => Date.parse(moment))
    return end - start
  }

  it.effect("whose answer says that it has 1e15 rows is split a thousandfold, and again", () =>
    Effect.gen(function* () {
      const spans: Array<number> = []
      const { client } = yield* Scripted.make([
        ({ body }) => {
          const sent = body._tag === "Uint8Array" ? new TextDecoder().decode(body.body) : "{}"
          const length = lengthOf(JSON.parse(sent).interval)
          spans.push(length)
          // Until it is asked for no more than a day.
          const totalHits = length > 86_400_000 ? 1e15 : 1
          return Response.json({ conversations: [{ conversationId: `c${spans.length}` }], totalHits })
        }
      ])
      const rows = yield* Stream.runCollect(Stream.take(Pagination.follow(request), 3)).pipe(
        Effect.provideService(GenesysClient, client),
        Effect.provide(Environment.layer())
      )
      assert.lengthOf(rows, 3)
      const whole = lengthOf(years)
      // The whole, its first thousandth, and three of the thousandths of that.
      assert.deepStrictEqual(
        spans.slice(0, 3).map((length) => Number((whole / length).toPrecision(3))),
        [1, 1_000, 1_000_000]
      )
      assert.isAtMost(spans.length, 6)
    })
  )

  for (const [what, start] of [
    ["a number with more digits than JavaScript has", "12345678901234567890"],
    ["an object that cannot be text", '{"toString":1}'],
    ["a list", "[1]"]
  ] as const) {
    it.effect(`has a row whose start is ${what}: it is given as it came`, () =>
      Effect.gen(function* () {
        const row = `{"conversationId":"c","conversationStart":${start}}`
        const { client } = yield* Scripted.make([() => new Response(`{"conversations":[${row}],"totalHits":1}`)])
        const rows = yield* Stream.runCollect(Pagination.follow(request)).pipe(
          Effect.provideService(GenesysClient, client),
          Effect.provide(Environment.layer())
        )
        assert.strictEqual(JSON.stringify(rows), `[${row}]`)
      })
    )
  }
})
