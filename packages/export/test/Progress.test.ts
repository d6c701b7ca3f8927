/** What a run says of itself while it goes on. */
import { assert, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { SinkError } from "../src/ExportError.ts"
import * as Exporter from "../src/Exporter.ts"
import * as Partition from "../src/Partition.ts"
import * as Progress from "../src/Progress.ts"
import { Sink } from "../src/Sink.ts"
import type { Source } from "../src/Source.ts"
import { conversations } from "./Files.ts"

const days = ["2026-11-01", "2026-11-02", "2026-11-03"].map((day) =>
  Partition.ofDay({ ...conversations, by: "day" }, day)
)
const row = (key: string) => ({ key, asOf: 0, value: {} })

it.effect("a run tells which units it reads, since when, and how many rows have come", () =>
  Effect.gen(function* () {
    const progress = Progress.make()
    assert.isUndefined(yield* progress.current)
    const goOn = yield* Deferred.make<void>()
    const writes = yield* Ref.make(0)
    const source: Source = {
      kind: conversations,
      lag: () => 0,
      org: Effect.succeed(Option.none()),
      plan: () =>
        Effect.succeed({
          available: 0,
          units: days.map((partition, place) => ({
            partition,
            read: Effect.succeed({
              rows: Stream.concat(
                Stream.make(row("a"), row("b")),
                // The second one goes on later.
                place === 1 ? Stream.fromEffect(Effect.as(Deferred.await(goOn), row("c"))) : Stream.make(row("c"))
              ),
              entry: Effect.succeed({ source: "job" as const, asOf: 0, rows: 3, running: 0 })
            })
          }))
        })
    }
    const sink = Sink.of({
      checkpoint: Effect.succeed({}),
      write: ({ partition, rows }) =>
        Effect.gen(function* () {
          yield* Stream.runDrain(rows)
          // The first one fails once, and is read anew.
          if (partition.day === "2026-11-01" && (yield* Ref.updateAndGet(writes, (count) => count + 1)) === 1)
            return yield* new SinkError({ sink: "s", message: "full" })
        })
    })
    const running = yield* Effect.forkChild(
      Effect.provideService(Exporter.runOnce(source, { progress, concurrency: 2 }), Sink, sink),
      { startImmediately: true }
    )
    yield* TestClock.adjust("5 seconds")
    assert.deepStrictEqual(yield* progress.current, {
      units: [{ partition: "conversations/2026-11-02", startedAt: 0, rows: 2 }],
      ended: 2,
      due: 3,
      rows: 8
    })
    yield* Deferred.succeed(goOn, undefined)
    const { rows } = yield* Fiber.join(running)
    assert.strictEqual(rows, 9)
    assert.isUndefined(yield* progress.current)
  })
)
