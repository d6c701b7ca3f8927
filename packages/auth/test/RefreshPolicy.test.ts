import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import { Policy } from "../src/RefreshPolicy.ts"

const seconds = Duration.seconds

describe("RefreshPolicy", () => {
  it("has the documented defaults", () => {
    const { background, backoffMax, exchangeTimeout, mandatoryFraction, patience, probeInterval, renewFractionMax } =
      new Policy({})
    assert.deepStrictEqual([renewFractionMax, mandatoryFraction, background], [0.2, 0.02, true])
    assert.deepStrictEqual(
      [exchangeTimeout, patience, probeInterval, backoffMax].map(Duration.toSeconds),
      [10, 30, 300, 60]
    )
  })

  it("takes any of its numbers alone", () => {
    const policy = new Policy({ patience: seconds(5) })
    assert.strictEqual(Duration.toSeconds(policy.patience), 5)
    assert.strictEqual(Duration.toSeconds(policy.exchangeTimeout), 10)
  })

  const wrong: ReadonlyArray<readonly [string, ConstructorParameters<typeof Policy>[0]]> = [
    ["a fraction below zero", { jitter: -0.1 }],
    ["a fraction above a half", { renewFractionMax: 0.6 }],
    ["a duration of zero", { patience: Duration.zero }],
    ["a duration below zero", { backoffInitial: seconds(-1) }],
    ["a duration without end", { exchangeTimeout: Duration.infinity }],
    ["a smallest fraction above the largest", { renewFractionMin: 0.3 }],
    ["a mandatory window before the renewal", { mandatoryFraction: 0.15 }],
    ["a smallest cap above the largest", { renewCapMin: Duration.hours(2) }],
    ["a mandatory cap before the renewal's", { mandatoryCap: Duration.minutes(31) }],
    ["a first pause above the longest", { backoffInitial: Duration.minutes(2) }]
  ]
  for (const [name, options] of wrong) {
    it(`refuses ${name}`, () => {
      assert.throws(() => new Policy(options))
    })
  }
})
