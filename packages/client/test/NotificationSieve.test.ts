import { assert, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import * as Effect from "effect/Effect"
import * as Sieve from "../src/internal/notificationSieve.ts"

const event = (id: number) => ({ topic: "v2.topic", eventBody: { id }, metadata: {} })

const ascending = (a: number, b: number) => a - b

/** What both channels tell, drawn from few bodies, so that equal ones are frequent, and in which order it arrives. */
const Told = Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 2 })))

it.effect.prop(
  "lets each event of both channels through once, in whatever order they arrive",
  { told: Told, turns: Schema.Array(Schema.Boolean) },
  ({ told, turns }) =>
    Effect.sync(() => {
      const sieve = Sieve.make()
      sieve.start()
      const channels = [{ next: 0 }, { next: 0 }]
      const passed: Array<number> = []
      const order = [...turns.map((turn) => (turn ? 0 : 1)), ...told.map(() => 0), ...told.map(() => 1)]
      for (const turn of order) {
        const channel = channels[turn]
        const id = channel && told[channel.next++]
        if (channel && id !== undefined && sieve.isNew(channel, event(id), 0)) passed.push(id)
      }
      assert.deepStrictEqual(passed.toSorted(ascending), told.toSorted(ascending))
    }),
  { arbitrary: { runs: 300 } }
)

it("keeps nothing while there is one channel", () => {
  const sieve = Sieve.make()
  const [old, next] = [{}, {}]
  assert.isTrue(sieve.isNew(old, event(1), 0))
  sieve.start()
  assert.isTrue(sieve.isNew(old, event(1), 1))
  assert.isFalse(sieve.isNew(next, event(1), 2))
  sieve.stopAt(10)
  assert.isTrue(sieve.isNew(next, event(1), 3))
  assert.isTrue(sieve.isNew(next, event(1), 10))
  assert.isTrue(sieve.isNew(next, event(1), 11))
})
