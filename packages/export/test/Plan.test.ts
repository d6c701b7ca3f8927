import { assert, describe, it } from "@effect/vitest"
import type { Checkpoint, Entry } from "../src/Checkpoint.ts"
import * as Plan from "../src/Plan.ts"

const at = (text: string) => Date.parse(`2026-11-${text}Z`)
const threeDays = 3 * 86_400_000
const range = { since: "2026-11-01" }
const time = (now: string, available: string) => ({ now: at(now), available: at(available) })
const job = (asOf: string, more: Partial<Entry> = {}): Entry => ({
  source: "job",
  asOf: at(asOf),
  rows: 9,
  running: 0,
  ...more
})
const held = (days: Record<string, Entry>): Checkpoint =>
  Object.fromEntries(Object.entries(days).map(([day, entry]) => [`conversations/2026-11-${day}`, entry]))
const due = (checkpoint: Checkpoint, now: string, available: string, until?: string, again = threeDays) =>
  Plan.due(checkpoint, time(now, available), { ...range, until }, again).map(
    ({ day, source }) => `${day.slice(8)} ${source}`
  )

describe("what is due", () => {
  it("at first everything: days that are over by jobs, from the oldest on, the open one by a query", () => {
    assert.deepStrictEqual(due({}, "03T12:00:00", "03T10:00:00"), ["01 job", "02 job", "03 query"])
  })

  it("a day stays open until the data lake has all of it, and the next one opens a minute after midnight", () => {
    assert.deepStrictEqual(due({}, "02T00:00:59", "01T22:00:00"), ["01 query"])
    assert.deepStrictEqual(due({}, "02T01:00:00", "01T23:00:00"), ["01 query", "02 query"])
    assert.deepStrictEqual(due({}, "02T02:00:00", "02T00:00:00"), ["01 job", "02 query"])
  })

  it("nothing after the end of the range", () => {
    assert.deepStrictEqual(due({}, "05T12:00:00", "05T10:00:00", "2026-11-03"), ["01 job", "02 job"])
  })

  it("no job for a day that a job has read of the very moment at which it ended, while that is the latest", () => {
    const checkpoint = held({ "01": job("02T00:00:00") })
    assert.deepStrictEqual(due(checkpoint, "02T02:00:00", "02T00:00:00", "2026-11-02"), [])
    const open = held({ "01": job("02T00:00:00", { source: "query" }) })
    assert.deepStrictEqual(due(open, "02T02:00:00", "02T00:00:00", "2026-11-02"), ["01 job"])
  })

  it("a day that a query has read goes through a job once it is over", () => {
    const checkpoint = held({ "01": job("02T01:59:00", { source: "query" }) })
    assert.deepStrictEqual(due(checkpoint, "02T02:00:00", "02T00:00:00", "2026-11-02"), ["01 job"])
  })

  it("no query for a day that jobs have read, also if time has gone back there: they know more", () => {
    const checkpoint = held({ "01": job("02T01:00:00") })
    assert.deepStrictEqual(due(checkpoint, "02T02:00:00", "01T23:00:00", "2026-11-02"), [])
    assert.deepStrictEqual(due(checkpoint, "02T03:00:00", "02T01:30:00", "2026-11-02"), ["01 job"])
  })

  it("the last three days again, what was read longest ago first, but not twice of the same moment", () => {
    const checkpoint = held({
      "01": job("05T00:00:00"),
      "02": job("05T09:00:00"),
      "03": job("05T08:00:00"),
      "04": job("05T10:00:00")
    })
    assert.deepStrictEqual(due(checkpoint, "05T12:00:00", "05T10:00:00", "2026-11-05"), ["03 job", "02 job"])
  })

  it("what waits longest first, whatever it is: no day that is missing keeps others from being read again", () => {
    const checkpoint = held({
      "01": job("03T06:00:00"),
      "02": job("02T20:00:00", { source: "query" }),
      "04": job("04T11:00:00", { source: "query" })
    })
    assert.deepStrictEqual(due(checkpoint, "04T12:00:00", "04T10:00:00"), ["02 job", "03 job", "01 job", "04 query"])
  })

  it("a day that was not read since it settled, however long ago that is", () => {
    assert.deepStrictEqual(due(held({ "01": job("03T00:00:00") }), "28T12:00:00", "28T10:00:00", "2026-11-02"), [
      "01 job"
    ])
  })

  it("a day in which one has ended late for three days longer", () => {
    const ended = held({ "01": job("22T00:00:00", { endedAt: at("20T00:00:00") }) })
    assert.deepStrictEqual(due(ended, "28T12:00:00", "28T10:00:00", "2026-11-02"), ["01 job"])
    const settled = held({ "01": job("23T00:00:00", { endedAt: at("20T00:00:00") }) })
    assert.deepStrictEqual(due(settled, "28T12:00:00", "28T10:00:00", "2026-11-02"), [])
  })

  it("conversations that do not end by their ids, less and less often, and all of the day when it is twice as old", () => {
    const open = { "the-id": "so" }
    // Four days after the end of its day, and so for the next four hours.
    const entry = job("06T00:00:00", { running: 1, open })
    const at6 = (available: string, more: Partial<Entry> = {}) =>
      due(held({ "01": { ...entry, ...more } }), "30T00:00:00", available, "2026-11-02")
    assert.deepStrictEqual(at6("06T03:59:59"), [])
    assert.deepStrictEqual(at6("06T04:00:00"), ["01 ids"])
    assert.deepStrictEqual(at6("06T04:00:00", { askedAt: at("06T03:00:00") }), [])
    assert.deepStrictEqual(at6("09T23:59:59"), ["01 ids"])
    assert.deepStrictEqual(at6("10T00:00:00"), ["01 job"])
    assert.deepStrictEqual(at6("10T00:00:00", { askedAt: at("09T23:00:00") }), ["01 job"])
    // Too many to be remembered: then the day itself, and no sooner.
    const many = held({ "01": job("06T00:00:00", { running: 900 }) })
    assert.deepStrictEqual(due(many, "30T00:00:00", "06T03:59:59", "2026-11-02"), [])
    assert.deepStrictEqual(due(many, "30T00:00:00", "06T04:00:00", "2026-11-02"), ["01 job"])
  })

  it("names what goes on long after its day", () => {
    const open = { "the-id": "so" }
    const checkpoint = held({
      "01": job("06T00:00:00", { running: 1, open }),
      "02": job("04T00:00:00", { running: 2 })
    })
    assert.deepStrictEqual(Plan.unended(checkpoint, threeDays), [
      { day: "2026-11-01", conversations: 1, ids: ["the-id"] }
    ])
  })
})

describe("the lag", () => {
  const lag = (checkpoint: Checkpoint, now: string, available: string) =>
    Plan.lag(checkpoint, range, time(now, available)) / 3_600_000

  it("counts from the first moment that is missing", () => {
    assert.strictEqual(lag({}, "02T12:00:00", "02T10:00:00"), 34)
    assert.strictEqual(lag(held({ "01": job("02T00:00:00") }), "02T12:00:00", "02T10:00:00"), 10)
    assert.strictEqual(lag(held({ "02": job("03T00:00:00") }), "02T12:00:00", "02T10:00:00"), 34)
    const open = held({ "01": job("02T00:00:00"), "02": job("02T07:00:00", { source: "query" }) })
    assert.strictEqual(lag(open, "02T12:00:00", "02T10:00:00"), 3)
    assert.strictEqual(lag(open, "02T07:01:00", "02T05:00:00"), 0)
  })
})
