/** Where a list ends, and what is complete: at the limit itself, and whatever totals say. */
import { Environment } from "@effect-genesys/auth/Environment"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { GenesysClient } from "../src/GenesysClient.ts"
import * as Pagination from "../src/Pagination.ts"
import * as Lists from "./Lists.ts"
import * as Scripted from "./ScriptedApi.ts"

/** The rows of a list, page by page, and what was asked for. */
const followed = Effect.fnUntraced(function* (
  request: HttpClientRequest.HttpClientRequest,
  pages: ReadonlyArray<unknown>
) {
  const { client, seen } = yield* Scripted.make(pages.map((page) => () => Response.json(page)))
  const rows = yield* Stream.runCollect(Pagination.follow(request, { lookAhead: 0 })).pipe(
    Effect.provideService(GenesysClient, client),
    Effect.provide(Environment.layer())
  )
  return { rows, asked: seen.requests.length }
})

const list = HttpClientRequest.get("/api/v2/lists/things", { urlParams: { pageSize: "10" } })

describe("a list", () => {
  it.effect("whose last page has rows and names no next one is complete, whatever it says of its total", () =>
    Effect.gen(function* () {
      const next = { nextUri: "/api/v2/lists/things?pageSize=10&pageNumber=2" }
      const rows = Lists.rows(13)
      const { client } = yield* Scripted.make([
        () => Response.json({ entities: rows.slice(0, 10), total: 1_000, ...next }),
        () => Response.json({ entities: rows.slice(10), total: 1_000 })
      ])
      const found = yield* Stream.runCollect(Pagination.nextUri(list, Schema.Struct({ id: Schema.String }))).pipe(
        Effect.provideService(GenesysClient, client),
        Effect.provide(Environment.layer())
      )
      assert.deepStrictEqual(found, rows)
    })
  )

  it.effect("goes on after an empty page that names the next one", () =>
    Effect.gen(function* () {
      const named = (page: string) => ({ nextUri: `/api/v2/lists/things?after=${page}`, total: 1_000, pageSize: 10 })
      const { asked, rows } = yield* followed(HttpClientRequest.setUrlParam(list, "pageNumber", "1"), [
        { entities: Lists.rows(10), ...named("two") },
        { entities: [], ...named("three") },
        { entities: [{ id: "last" }] }
      ])
      assert.deepStrictEqual([rows.length, asked], [11, 3])
    })
  )
})

describe("a query", () => {
  const query = (interval: string) =>
    HttpClientRequest.bodyJsonUnsafe(HttpClientRequest.post("/api/v2/analytics/conversations/details/query"), {
      interval,
      paging: { pageSize: 100, pageNumber: 1 }
    })
  const day = "2026-01-01T00:00:00.000Z/2026-01-02T00:00:00.000Z"
  const conversations = [{ conversationId: "one", conversationStart: "2026-01-01T00:00:00.000Z" }]

  for (const [totalHits, asked] of [
    [90_000, 2],
    [90_001, 3]
  ] as const) {
    it.effect(
      `of ${totalHits} results, where 100,000 may be had, is ${asked === 2 ? "read as a whole" : "split"}`,
      () =>
        Effect.gen(function* () {
          const first = { conversations, totalHits }
          const empty = { totalHits: 0 }
          const found = yield* followed(query(day), [first, empty, empty, empty])
          assert.strictEqual(found.asked, asked)
        })
    )
  }
})
