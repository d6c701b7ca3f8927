/**
 * Three workers that always have another call for one token: what they share is used, and never more of it in a minute, whenever that begins.
 * `PROVE=1` alone, and the figures are printed. What may go wrong meanwhile, `packages/fleet/test/Sharing.test.ts` tries each time.
 */
import { assert, layer } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Postgres } from "../../../../packages/export/test/Postgres.ts"
import { make, settled } from "../support/Fleet.ts"

const isProof = process.env["PROVE"] !== undefined
const minutes = 5
const timeout = (minutes + 3) * 60_000
/** Calls that Genesys allows a token in a minute. */
const allowed = 300
const minute = 60_000

/** The most calls in any minute, whenever it begins. */
const busiest = (times: ReadonlyArray<number>): number => {
  let most = 0
  let first = 0
  for (const [index, time] of times.entries()) {
    while (times[first]! <= time - minute) first++
    most = Math.max(most, index - first + 1)
  }
  return most
}

layer(Layer.merge(Simulator.layer({ users: 5, conversationsPerHour: 1, journalSize: 50_000 }), Postgres.layer), {
  excludeTestServices: true,
  timeout
})("three workers that always have another call", ({ effect }) => {
  effect.skipIf(!isProof)(
    "use what Genesys allows their token, and never more in any minute",
    () =>
      Effect.gen(function* () {
        const simulator = yield* Simulator
        const jobs = Array.from({ length: 30 }, (_, index) => ({ name: `watch-${index}`, kind: "watch", every: "1s" }))
        const { start } = yield* make({ http: { port: 0 }, jobs })
        const workers = yield* Effect.all([start, start, start], { concurrency: 3 })
        yield* settled(workers)
        // The first minute begins with what each may have before it knows of the others.
        yield* Effect.sleep(minute)
        const from = Date.now()
        yield* Effect.sleep(minutes * minute)
        const { answers, requests } = yield* simulator.journal
        const times = requests.filter(({ path }) => path.startsWith("/api/")).map(({ time }) => time)
        const used = times.filter((time) => time >= from && time < from + minutes * minute).length
        const utilisation = used / (allowed * minutes)
        const most = busiest(times)
        const failed = (yield* Effect.forEach(workers, ({ output }) => output)).flatMap(({ stderr }) =>
          stderr.split("\n").filter((line) => line.includes("job.failed"))
        )
        yield* Effect.sync(() =>
          process.stderr.write(
            `${(utilisation * 100).toFixed(1)} % of ${allowed} a minute used over ${minutes} minutes; at most ${most} in any minute; ` +
              `answers ${JSON.stringify(answers)}\n${failed.slice(0, 3).join("\n")}\n`
          )
        )
        assert.isAtMost(most, allowed)
        assert.isAtLeast(utilisation, 0.95)
        assert.notProperty(answers, "429")
        assert.isEmpty(failed)
      }).pipe(Effect.scoped),
    timeout
  )
})
