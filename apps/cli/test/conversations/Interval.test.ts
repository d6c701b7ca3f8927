/** What each way to say a span of time means, in one zone and another, and where the clocks are set. */
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { TestClock } from "effect/testing"
import * as Interval from "../../src/conversations/Interval.ts"
import * as InProcess from "../support/InProcess.ts"

const zoneOf = (zone?: string) => Option.flatMap(Option.fromUndefinedOr(zone), DateTime.zoneFromString)
const resolve = (text: string, zone?: string) => Interval.resolve(text, zoneOf(zone))

/** Without what all have. */
const short = (interval: string) => interval.replaceAll(":00.000Z", "Z")

const at = (now: string) => TestClock.setTime(Date.parse(now))

describe("--interval", () => {
  it.effect("is a day or two moments, in order, that exist, in UTC", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* resolve("2026-02-28"), "2026-02-28T00:00:00.000Z/2026-03-01T00:00:00.000Z")
      assert.strictEqual(
        yield* resolve("2026-11-01T08:00+01:00/2026-11-02"),
        "2026-11-01T07:00:00.000Z/2026-11-02T00:00:00.000Z"
      )
      for (const wrong of [
        "",
        "2026-02-29",
        "2025-02-30T00:00Z/2025-03-10T00:00Z",
        "2025-02-01T00:00Z/2025-02-30T00:00Z",
        "2025-02-30/2025-03-10",
        "2025-04-31T00:00+02:00/2025-06-01",
        "2025-03-01T24:00Z/2025-03-10",
        "2026-11-02/2026-11-01",
        "2026-11-01T08:00Z",
        "2026-11-01T08:00/2026-11-02",
        "a/b/c",
        "0d",
        "1y",
        "Today",
        "today/yesterday"
      ]) {
        assert.match((yield* Effect.flip(resolve(wrong))).message, /^--interval .* it must be a day such as/, wrong)
      }
    })
  )

  it.effect("is of the zone that is asked for: each day as long as it is there", () =>
    Effect.gen(function* () {
      const berlin = (text: string) => Effect.map(resolve(text, "Europe/Berlin"), short)
      assert.strictEqual(yield* berlin("2026-03-29"), "2026-03-28T23:00Z/2026-03-29T22:00Z")
      assert.strictEqual(yield* berlin("2026-10-25"), "2026-10-24T22:00Z/2026-10-25T23:00Z")
      assert.strictEqual(yield* berlin("2026-07-01T08:00/2026-07-01T12:30"), "2026-07-01T06:00Z/2026-07-01T10:30Z")
      assert.strictEqual(yield* berlin("2026-07-01T08:00Z/2026-07-02"), "2026-07-01T08:00Z/2026-07-01T22:00Z")
      assert.strictEqual(short(yield* resolve("2026-07-01", "+05:30")), "2026-06-30T18:30Z/2026-07-01T18:30Z")
      // Cairo's day begins at one o'clock when the clocks are put forward.
      assert.strictEqual(short(yield* resolve("2026-04-24", "Africa/Cairo")), "2026-04-23T22:00Z/2026-04-24T21:00Z")
      // What the clocks leave out, and what they show twice.
      for (const wrong of ["2026-03-29T02:30/2026-03-30", "2026-10-25T02:30/2026-10-26"]) {
        assert.include((yield* Effect.flip(resolve(wrong, "Europe/Berlin"))).message, "in Europe/Berlin")
      }
    })
  )

  it.effect("is said in words, in the zone of whoever says it", () =>
    Effect.gen(function* () {
      // A Monday in Berlin, and a Sunday in UTC; the clocks were put back on the Sunday.
      yield* at("2026-10-25T23:30:40Z")
      const berlin = (text: string) => Effect.map(resolve(text, "Europe/Berlin"), short)
      assert.strictEqual(yield* berlin("today"), "2026-10-25T23:00Z/2026-10-26T23:00Z")
      assert.strictEqual(yield* berlin("yesterday"), "2026-10-24T22:00Z/2026-10-25T23:00Z")
      assert.strictEqual(yield* berlin("this-week"), "2026-10-25T23:00Z/2026-11-01T23:00Z")
      assert.strictEqual(yield* berlin("last-week"), "2026-10-18T22:00Z/2026-10-25T23:00Z")
      assert.strictEqual(yield* berlin("this-month"), "2026-09-30T22:00Z/2026-10-31T23:00Z")
      assert.strictEqual(yield* berlin("last-month"), "2026-08-31T22:00Z/2026-09-30T22:00Z")
      assert.strictEqual(yield* berlin("24h"), "2026-10-24T23:30Z/2026-10-25T23:30Z")
      // The same time of day, a day of 25 hours ago.
      assert.strictEqual(yield* berlin("1d"), "2026-10-24T22:30Z/2026-10-25T23:30Z")
      assert.strictEqual(yield* berlin("90m"), "2026-10-25T22:00Z/2026-10-25T23:30Z")
      assert.strictEqual(short(yield* resolve("today", "UTC")), "2026-10-25T00:00Z/2026-10-26T00:00Z")
      // The zone of this machine, and dates stay what they are.
      const here = <A, E>(effect: Effect.Effect<A, E>) =>
        Effect.provideService(effect, DateTime.CurrentTimeZone, DateTime.zoneMakeNamedUnsafe("Asia/Tokyo"))
      assert.strictEqual(short(yield* here(resolve("today"))), "2026-10-25T15:00Z/2026-10-26T15:00Z")
      assert.strictEqual(short(yield* here(resolve("2026-10-25"))), "2026-10-25T00:00Z/2026-10-26T00:00Z")
      yield* at("2026-03-31T10:00:00Z")
      assert.strictEqual(yield* berlin("last-month"), "2026-01-31T23:00Z/2026-02-28T23:00Z")
    })
  )

  it.effect("is of whole days in UTC where these are kept, each that it touches", () =>
    Effect.gen(function* () {
      yield* at("2026-10-25T23:30:40Z")
      const days = (text: string, zone?: string) =>
        Effect.map(Interval.resolveDays(text, zoneOf(zone)), (interval) => interval.replaceAll("T00:00:00.000Z", ""))
      const here = Effect.provideService(DateTime.CurrentTimeZone, DateTime.zoneMakeNamedUnsafe("Asia/Tokyo"))
      assert.strictEqual(yield* here(days("yesterday")), "2026-10-24/2026-10-25")
      assert.strictEqual(yield* here(days("7d")), "2026-10-18/2026-10-26")
      assert.strictEqual(yield* days("yesterday", "Europe/Berlin"), "2026-10-24/2026-10-26")
      assert.strictEqual(yield* days("2026-10-01/2026-10-03"), "2026-10-01/2026-10-03")
    })
  )

  it.live("is checked before anything else is, and so is its zone", () =>
    Effect.gen(function* () {
      for (const command of [
        ["conversations", "query"],
        ["conversations", "export", "--out", "a"],
        ["export", "audits"]
      ]) {
        const wrong = yield* InProcess.run([...command, "--interval", "2026-02-29"])
        assert.deepStrictEqual([wrong.code, wrong.stdout.includes("\n  2026")], [2, false])
        assert.include(wrong.stderr, "yesterday, this-week, last-week")
        const zone = yield* InProcess.run([...command, "--interval", "today", "--time-zone", "Mars/Olympus"])
        assert.strictEqual(zone.code, 2)
        assert.include(zone.stderr, "time zone such as Europe/Berlin")
      }
    })
  )
})
