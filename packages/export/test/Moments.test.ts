/** Of which moment a copy says that its rows are: what a later reading replaces, and when a day counts as complete, go by it. */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import * as Stack from "../../client/test/Stack.ts"
import * as Exporter from "../src/Exporter.ts"
import * as GenesysTime from "../src/GenesysTime.ts"
import type { Row } from "../src/Row.ts"
import { Sink } from "../src/Sink.ts"
import * as MemorySink from "./MemorySink.ts"
import * as World from "./World.ts"

/** The bodies of the queries that were sent. */
const queries: Array<{ readonly interval: string }> = []

const listened = Layer.provideMerge(
  Layer.effect(
    HttpClient.HttpClient,
    Effect.map(HttpClient.HttpClient, (simulator) =>
      HttpClient.mapRequest(simulator, (request) => {
        if (request.url.endsWith("/details/query") && request.body._tag === "Uint8Array") {
          queries.push(JSON.parse(new TextDecoder().decode(request.body.body)))
        }
        return request
      })
    )
  ),
  Simulator.layerHttpClient({ conversationsPerHour: 30 })
)

describe("an export of a day that is over and of one that is open", () => {
  it.effect(
    "has the first as of what the jobs know, and the second as of a minute ago, and asks for no more of it",
    () =>
      Effect.gen(function* () {
        const rows = new Map<string, Row>()
        yield* World.start
        yield* TestClock.adjust("40 hours")
        const { available } = yield* GenesysTime.ofConversations
        const from = yield* Clock.currentTimeMillis
        const checkpoint = yield* Effect.andThen(
          World.running(Exporter.conversations({ since: World.first })),
          Sink.use((sink) => sink.checkpoint)
        ).pipe(Effect.provide(MemorySink.make(rows)))
        const to = yield* Clock.currentTimeMillis
        const [over, open] = [checkpoint["conversations/1970-03-01"], checkpoint["conversations/1970-03-02"]]
        assert.strictEqual(over?.source, "job")
        assert.isAtLeast(over?.asOf ?? 0, available)
        assert.isBelow(over?.asOf ?? to, from - 60_000)
        assert.strictEqual(open?.source, "query")
        const asOf = open?.asOf ?? 0
        assert.isTrue(asOf >= from - 61_000 && asOf <= to - 60_000, `${from} ${asOf} ${to}`)
        assert.isNotEmpty(queries)
        for (const { interval } of queries) assert.isAtMost(Date.parse(interval.split("/")[1] ?? ""), asOf)
      }).pipe(Effect.provide(Layer.merge(Stack.layerTransport(listened), NodeServices.layer)))
  )
})
