/** Numbers that JavaScript would change reach the files as Genesys sent them, by jobs, queries and lists. */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { readFileSync } from "node:fs"
import * as Exporter from "../src/Exporter.ts"
import * as NdjsonSink from "../src/NdjsonSink.ts"
import * as Files from "./Files.ts"
import * as World from "./World.ts"

/** Metrics and versions, as the simulator writes them, with digits that a double has no room for. */
const numbers = /"(value|version)":(\d+)(?=[,}])/g
const longer = (text: string) => text.replaceAll(numbers, '"$1":$2.00000000000000000000001e+3')

const world = World.changed({ conversationsPerHour: 3, users: 5 }, (_, text) => ({ text: longer(text) }))

it.effect("an export of all kinds has them digit by digit", () =>
  Effect.gen(function* () {
    const directory = yield* Files.temporary
    yield* World.start
    yield* TestClock.adjust("30 hours")
    yield* Effect.gen(function* () {
      yield* World.running(Exporter.conversations({ since: World.first }))
      yield* World.running(Exporter.users())
    }).pipe(Effect.provide(NdjsonSink.layer({ directory })))
    for (const file of ["conversations/1970-03-01", "conversations/1970-03-02", "users/users"]) {
      const text = readFileSync(`${directory}/${file}.ndjson`, "utf8")
      assert.match(text, /"(?:value|version)":\d+\.00000000000000000000001e\+3[,}]/, file)
      assert.notMatch(text, numbers, file)
    }
  }).pipe(Effect.provide(world))
)
