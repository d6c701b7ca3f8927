/** The results of a job whose pages never end. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as UrlParams from "effect/http/UrlParams"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { ConversationDetails } from "../src/ConversationDetails.ts"
import { GenesysClient } from "../src/GenesysClient.ts"
import * as Scripted from "./ScriptedApi.ts"

const interval = "2026-01-01T00:00:00.000Z/2026-01-02T00:00:00.000Z"

/** What the export of a job comes to, and how many pages of results were asked for. */
const exported = Effect.fnUntraced(function* (page: (cursor: unknown, asked: number) => unknown) {
  let asked = 0
  const { client } = yield* Scripted.make([
    ({ method, url, urlParams }) => {
      if (method === "DELETE") return new Response(null, { status: 204 })
      if (method === "POST") return Response.json({ jobId: "job" })
      if (!url.endsWith("/results")) return Response.json({ state: "FULFILLED" })
      return Response.json(page(Option.getOrUndefined(UrlParams.getFirst(urlParams, "cursor")), ++asked))
    }
  ])
  const pages = ConversationDetails.use(({ exportPages }) =>
    Effect.flip(Stream.runDrain(exportPages({ interval, lookAhead: 0 })))
  )
  const layer = Layer.provide(ConversationDetails.layer, Layer.succeed(GenesysClient, client))
  const fiber = yield* Effect.forkChild(Effect.provide(pages, layer), { startImmediately: true })
  while (fiber.pollUnsafe() === undefined) {
    yield* Effect.callback<void>((resume) => void setImmediate(() => resume(Effect.void)))
    yield* TestClock.adjust("1 second")
    assert.isBelow(asked, 100)
  }
  return { error: yield* Fiber.join(fiber), asked }
})

describe("the results of a job", () => {
  it.effect("that go round in a circle of two end with an error", () =>
    Effect.gen(function* () {
      const { asked, error } = yield* exported((cursor) => ({
        conversations: [{ conversationId: `c${String(cursor)}` }],
        cursor: cursor === "a" ? "b" : "a"
      }))
      assert.match(error.message, /have no end: a page names one as the next that was read already/)
      assert.strictEqual(asked, 3)
    })
  )

  it.effect("that are the same under each new cursor end with an error", () =>
    Effect.gen(function* () {
      const { asked, error } = yield* exported((_, count) => ({
        conversations: [{ conversationId: "c" }],
        cursor: String(count)
      }))
      assert.match(error.message, /have no end: its pages are all the same/)
      assert.strictEqual(asked, 11)
    })
  )
})
