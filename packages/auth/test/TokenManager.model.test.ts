/**
 * The token manager under random interleavings of everything that can happen to it: callers, rejections, interruptions,
 * new credentials, steps of the clock and answers of the login host. `model/World.ts` has the invariants.
 */
import { describe, it } from "@effect/vitest"
import { play } from "./model/play.ts"
import { type Action, type Answer, type Script, script, type Step } from "./model/Script.ts"

const isProof = process.env["PROVE"] !== undefined
/** A failure prints the shrunk script, what happened, and a `replay` for the options. `PROVE=1`: 5,000 scripts; else 100. */
const runs = isProof ? 5_000 : 100
/** The steps are those of the same machine: what is new is who takes them. */
const runsOfPromises = isProof ? 1_000 : 50

it.effect.prop("a token manager keeps its promises whatever happens", { script }, (input) => play(input.script), {
  arbitrary: { runs, size: 200 },
  timeout: 240_000
})

it.effect.prop("and keeps them to whoever has promises of it", { script }, (input) => play(input.script, "promises"), {
  arbitrary: { runs: runsOfPromises, size: 200 },
  timeout: 240_000
})

describe("what the model has found", () => {
  const steps = (...actions: ReadonlyArray<Action>): ReadonlyArray<Step> =>
    actions.map((action) => Object.assign({ hasty: false }, action))

  const scriptOf = (given: Partial<Script>): Script => ({
    seed: 0,
    background: true,
    eager: false,
    backwards: false,
    rotating: false,
    steps: [],
    answers: [],
    finally: { answer: "issue", after: 0, abort: 0, life: 1_800_000 },
    ...given
  })

  const read: Action = { action: "read", callers: 1, reject: false }
  const change: Action = { action: "change", same: false }
  const adjust = (millis: number): Action => ({ action: "adjust", millis })
  const refuse: Answer = { answer: "refuse", after: 0, abort: 0 }
  const unavailable: Answer = { answer: "unavailable", after: 0, abort: 0, retryAfter: undefined }
  const rateLimit: Answer = { answer: "rate limit", after: 0, abort: 0, retryAfter: 3_600_000 }

  it.effect("credentials that change twice while a request is being aborted do not lead to two at once", () =>
    play(
      scriptOf({
        steps: steps(read, change, change),
        finally: { answer: "issue", after: 1_000, abort: 10, life: 1_800_000 }
      })
    )
  )

  it.effect("a probe that is rate limited waits for Retry-After, not for the next probe", () =>
    play(scriptOf({ steps: steps(read, adjust(900_000)), answers: [refuse, rateLimit] }))
  )

  it.effect("a renew that fails does not end an earlier Retry-After", () =>
    play(scriptOf({ steps: steps(read, { action: "renew" }, adjust(60_000)), answers: [rateLimit, unavailable] }))
  )

  it.effect("an exchange that ends at once, started by the timer, does not lose the timer of the token it brings", () =>
    play(
      scriptOf({
        steps: steps(read, adjust(60_000), { action: "reject", which: "current" }, adjust(1_700_000), adjust(1_700_000))
      })
    )
  )
})
