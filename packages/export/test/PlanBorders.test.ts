/** What is due at the very moment at which it becomes so. */
import { assert, describe, it } from "@effect/vitest"
import { mostOpen, type Checkpoint, type Entry } from "../src/Checkpoint.ts"
import * as Plan from "../src/Plan.ts"

const day = 86_400_000
const at = (text: string) => Date.parse(`2026-11-${text}Z`)
const first = "conversations/2026-11-01"
const range = { since: "2026-11-01", until: "2026-11-02" }
const open = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, id) => [`id-${id}`, "looks"]))
/** The first day, read of a moment at which so many had not ended, of which so many are known. */
const held = (asOf: number, running: number, known = running): Checkpoint => {
  const entry: Entry = { source: "job", asOf, rows: 1_000, running, ...(known === 0 ? {} : { open: open(known) }) }
  return { [first]: entry }
}
const due = (checkpoint: Checkpoint, now: number) =>
  Plan.due(checkpoint, { now, available: now }, range, 3 * day).map(({ source }) => source)

describe("a day", () => {
  it("is asked for by a query once more than a minute of it is over", () => {
    const sources = (now: string) =>
      Plan.due({}, { now: at(now), available: at("01T22:00:00") }, { since: "2026-11-02" }, 0)
    assert.deepStrictEqual(sources("02T00:01:00"), [])
    assert.deepStrictEqual(sources("02T00:01:00.001"), [{ day: "2026-11-02", source: "query" }])
  })

  it("that is open is gone on with for an hour, from ten minutes before what was read last, unless time went back", () => {
    const read = at("02T12:00:00")
    const entry: Entry = { source: "query", asOf: read, rows: 9, running: 0, wholeAt: at("02T11:30:00") }
    const from = (now: string, change: Partial<Entry> = {}) => {
      const found = Plan.goesOnFrom({ ...entry, ...change }, "2026-11-02", at(now))
      return found === undefined ? undefined : new Date(found).toISOString().slice(8, -5)
    }
    assert.strictEqual(from("02T12:01:00"), "02T11:50:00")
    assert.strictEqual(from("02T12:29:59"), "02T11:50:00")
    assert.isUndefined(from("02T12:30:00"))
    assert.isUndefined(from("02T12:00:59"))
    assert.isUndefined(from("02T12:15:00", { source: "job" }))
    assert.isUndefined(from("02T12:15:00", { wholeAt: read + 1 }))
    assert.isUndefined(Plan.goesOnFrom(undefined, "2026-11-02", at("02T12:15:00")))
    const { wholeAt: _, ...older } = entry
    assert.isUndefined(Plan.goesOnFrom(older, "2026-11-02", at("02T12:15:00")))
    // At the borders of the day, where an interval would not touch it.
    const early = at("02T00:10:00")
    assert.isUndefined(from("02T00:20:00", { asOf: early, wholeAt: early }))
    assert.strictEqual(from("02T00:20:00", { asOf: early + 1, wholeAt: early }), "02T00:00:00")
    const late = at("03T01:30:00")
    assert.strictEqual(from("03T01:45:00", { asOf: late, wholeAt: late }), "02T23:50:00")
  })

  it("of which 200 have not ended is looked at by their ids, and of which more have not, as a whole", () => {
    const read = at("11T00:00:00")
    const later = read + day
    assert.deepStrictEqual(due(held(read, mostOpen), later), ["ids"])
    assert.deepStrictEqual(due(held(read, mostOpen + 1, mostOpen), later), ["job"])
    assert.deepStrictEqual(due(held(read, 3), later), ["ids"])
    assert.deepStrictEqual(due(held(read, 3, 0), later), ["job"])
  })

  it("counts as one that goes on from the moment at which it should have settled", () => {
    const settled = at("02T00:00:00") + 3 * day
    const found = (asOf: number) => Plan.unended(held(asOf, 2), 3 * day).length
    assert.deepStrictEqual([found(settled - 1), found(settled)], [0, 1])
  })

  it("that is to be read up to its end lags behind that end, and not behind what is known of later days", () => {
    const now = at("05T00:00:00")
    const lag = (until?: string) => Plan.lag(held(at("01T18:00:00"), 0), { ...range, until }, { now, available: now })
    assert.strictEqual(lag("2026-11-02"), day / 4)
    assert.strictEqual(lag("2026-11-30"), 3 * day + day / 4)
    assert.strictEqual(lag(), 3 * day + day / 4)
  })
})
