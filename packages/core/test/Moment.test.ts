/** Days and moments that exist, and those that JavaScript would make others of. */
import { assert, it } from "@effect/vitest"
import * as Moment from "../src/Moment.ts"

it("a day exists, or is none", () => {
  for (const day of ["2025-02-28", "2024-02-29", "2000-02-29", "2025-12-31"]) assert.isTrue(Moment.isDay(day), day)
  for (const day of [
    "2025-02-29",
    "2025-02-30",
    "1900-02-29",
    "2025-04-31",
    "2025-13-01",
    "2025-00-10",
    "2025-01-00",
    "25-01-01",
    ""
  ])
    assert.isFalse(Moment.isDay(day), day)
})

it("a moment is one of a day that exists, with its zone", () => {
  assert.strictEqual(Moment.millisOf("2025-03-01T08:00+01:00"), Date.UTC(2025, 2, 1, 7))
  assert.strictEqual(Moment.millisOf("2025-03-01T08:00:01.5-0130"), Date.UTC(2025, 2, 1, 9, 30, 1, 500))
  for (const text of [
    "2025-02-30T00:00Z",
    "2025-02-29T23:59:59.999Z",
    "2025-04-31T00:00+02:00",
    "2025-03-01T24:00Z",
    "2025-03-01T12:60Z",
    "2025-03-01T12:00:60Z",
    "2025-03-01T12:00+25:00",
    "2025-03-01T12:00",
    "2025-03-01",
    "2025-03-01T",
    "2025-03-01T08:00ZT08:00Z",
    "yesterday"
  ])
    assert.isUndefined(Moment.millisOf(text), text)
  assert.isTrue(Moment.isPossible("2025-03-01T12:00"))
  assert.isTrue(Moment.isPossible("2025-03-01"))
  assert.isFalse(Moment.isPossible("2025-02-30T12:00"))
})
