/** The cases for sinks of a partition that grows a little at a time (`Write.more`). */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { same } from "../../internal/mistake.ts"
import { Sink } from "../../Sink.ts"
import type { Place } from "./deletedCases.ts"
import { conversations, day, entry, holds, row, values } from "./sinkFixture.ts"

const lot = (minute: number, more: boolean) =>
  Sink.use((sink) =>
    sink.write({
      partition: day,
      rows: Stream.make(row(`k${minute}`, minute), row("again", minute)),
      entry: Effect.succeed(entry(minute)),
      more
    })
  )

const nothing = { partition: day, rows: Stream.empty, entry: Effect.succeed(entry(12)), more: true }

const grown = Effect.gen(function* () {
  for (let minute = 1; minute <= 11; minute++) yield* lot(minute, minute > 1)
  yield* Sink.use((sink) => sink.write(nothing))
  yield* holds({ "conversations/2026-11-01": entry(12) })
})

export const all = [
  {
    name: "rows that come a little at a time are all there at the end, each in its latest version",
    run: Effect.fnUntraced(function* (place: Place) {
      yield* Effect.provide(grown, Layer.fresh(place.layer))
      yield* Effect.provide(lot(12, false), Layer.fresh(place.layer))
      const minutes = Array.from({ length: 12 }, (_, index) => index + 1)
      const rows = [...minutes.map((minute) => row(`k${minute}`, minute)), row("again", 12)]
      yield* same("what is there", new Map(yield* place.rows(conversations)), values(rows))
    })
  }
]
