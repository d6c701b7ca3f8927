/** What the picture of a token's life says, by the policy that the token manager has. */
import { Policy } from "@effect-genesys/auth/RefreshPolicy"
import { assert, describe, it } from "@effect/vitest"
import { moments, stateAt, timeText } from "../site/TokenLife.ts"

const hour = 3_600_000
const minute = 60_000

describe("the picture of a token's life", () => {
  it("has the windows of the policy", () => {
    const { earliest, gone, latest, renewed, requests } = moments(new Policy({}), { life: hour, draw: 0.5, outage: 0 })
    assert.deepStrictEqual([earliest, latest, gone], [48 * minute, 54 * minute, hour - 30_000])
    assert.deepStrictEqual([...requests, renewed], [51 * minute, 51 * minute])
    // Of a long life, a fixed time before its end.
    const long = moments(new Policy({}), { life: 48 * hour, draw: 0.5, outage: 0 })
    assert.deepStrictEqual([long.earliest, long.latest], [47 * hour, 47.5 * hour])
  })

  it("has callers served in an outage, and waiting once the token has ended", () => {
    const found = moments(new Policy({}), { life: hour, draw: 0.5, outage: 10 * minute })
    const states = [10, 50, 52, 59.6, 62].map((at) => stateAt(found, at * minute))
    assert.deepStrictEqual(states, ["good", "window", "failing", "waiting", "renewed"])
    const pauses = found.requests.slice(1).map((at, place) => at - found.requests[place]!)
    assert.deepStrictEqual(pauses.slice(0, 3), [900, 1_800, 3_600])
    assert.strictEqual(Math.max(...pauses), 54_000)
    assert.isAtMost(pauses.at(-1)!, 4_500)
  })

  it("says times as people do", () => {
    assert.deepStrictEqual([0, 90_000, 47.5 * hour].map(timeText), ["0 s", "1 min 30 s", "1 d 23 h"])
  })
})
