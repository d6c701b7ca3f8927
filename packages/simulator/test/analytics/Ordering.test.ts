/**
 * The places of conversations in an order, from any place on.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { Conversations } from "../../src/internal/analytics/conversations.ts"
import * as Hits from "../../src/internal/analytics/hits.ts"
import * as Selection from "../../src/internal/analytics/selection.ts"
import { Settings } from "../../src/internal/shared/settings.ts"
import { Users } from "../../src/internal/directory/users.ts"

const hour = 3_600_000
const midnight = Date.parse("2026-11-01T00:00:00Z")
const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))
const cases = {
  seed: between(1, 1000),
  conversationsPerHour: between(1, 400),
  fromHour: between(-20, 20),
  hours: between(1, 60),
  /** Hours after the start of the interval at which it is looked at. */
  age: between(1, 200),
  start: between(0, 3000),
  count: between(1, 300),
  overlapping: Schema.Boolean,
  orderBy: Schema.Literals(["conversationStart", "conversationEnd"]),
  order: Schema.Literals(["asc", "desc", "unordered"])
}

it.effect.prop(
  "finds at any place what sorting all finds there",
  cases,
  ({ age, conversationsPerHour, count, fromHour, hours, order, orderBy, overlapping, seed, start }) =>
    Effect.gen(function* () {
      const world = yield* Conversations
      const from = midnight + fromHour * hour
      const at = from + age * hour
      const select = overlapping ? Selection.overlapping : Selection.ofDays
      const selection = select(world, [from, from + hours * hour], at)
      const size = Selection.size(selection)
      const query = { interval: "", order, orderBy }

      const byStart = Array.from({ length: size }, (_, place) => Selection.nth(selection, place))
      if (overlapping) {
        const expected = []
        for (let i = world.firstFrom(from - 82 * hour); i < world.firstFrom(from + hours * hour); i++) {
          if (world.startOf(i) <= at && world.endOf(i) > from) expected.push(i)
        }
        assert.deepStrictEqual(byStart, expected)
      }
      const { slice } = Hits.find(world, query, selection)
      const all = slice(0, size)
      assert.deepStrictEqual(
        all.toSorted((a, b) => a - b),
        byStart
      )
      assert.deepStrictEqual(slice(start, count), all.slice(start, start + count))
      if (order === "unordered" || orderBy === "conversationStart") return
      const ends = all.map((index) => (world.endOf(index) <= at ? world.endOf(index) : Infinity))
      const sorted = ends.toSorted((a, b) => (a === b ? 0 : a - b))
      assert.deepStrictEqual(ends, order === "asc" ? sorted : sorted.toReversed())
    }).pipe(
      Effect.provide(
        Conversations.layer.pipe(
          Layer.provide(Users.layer),
          Layer.provide(Settings.layer({ seed, conversationsPerHour }))
        )
      )
    ),
  { arbitrary: { runs: 200 }, timeout: 60_000 }
)
