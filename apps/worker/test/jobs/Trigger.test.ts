/** When a job is due in the worker to which it moves. */
import { assert, describe, it } from "@effect/vitest"
import * as Cron from "effect/Cron"
import * as Duration from "effect/Duration"
import * as Trigger from "../../src/jobs/Trigger.ts"

const at = (time: string) => Date.parse(`2026-11-${time}Z`)
/** @param jitter at most so long it waits after that */
const nightly = (jitter: Duration.Input): Trigger.Trigger => ({
  cron: Cron.parseUnsafe("0 3 * * *", "UTC"),
  jitter: Duration.fromInputUnsafe(jitter)
})
const done = (time: string) => ({ dueAt: at(time), isDone: true, failures: 0 })

describe("a job that moves", () => {
  it("makes up for a start that fell between two workers, and for none that is old", () => {
    assert.strictEqual(Trigger.resumed(nightly(0), done("01T03:00:00"), at("02T03:09:00")), at("02T03:09:00"))
    assert.strictEqual(Trigger.resumed(nightly(0), done("01T03:00:00"), at("02T03:11:00")), at("03T03:00:00"))
  })

  it("makes up for one that waited for its random time", () => {
    const now = at("02T03:45:00")
    assert.strictEqual(Trigger.resumed(nightly("1 hour"), done("01T03:00:00"), now), now)
    assert.strictEqual(Trigger.resumed(nightly("1 hour"), done("01T03:00:00"), at("02T04:11:00")), at("03T03:00:00"))
  })

  it("is not begun again where the clock is behind", () => {
    assert.strictEqual(Trigger.resumed(nightly(0), done("02T03:00:00"), at("02T02:59:58")), at("03T03:00:00"))
    // A clock that is off by hours tells nothing.
    assert.strictEqual(Trigger.resumed(nightly(0), done("09T03:00:00"), at("02T02:59:58")), at("02T03:00:00"))
  })

  it("is begun at once if it was broken off, and rests if it has failed", () => {
    const now = at("02T05:00:00")
    const broken = { ...done("02T03:00:00"), isDone: false }
    assert.strictEqual(Trigger.resumed(nightly(0), broken, now), now)
    assert.strictEqual(Trigger.resumed(nightly(0), { ...broken, restsUntil: now + 60_000 }, now), now + 60_000)
  })
})
