/** Which jobs are done in one place: those that have a sink in common, if only by way of others. */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as JobPlan from "../../src/jobs/JobPlan.ts"
import * as WorkerSettingsFile from "../../src/settings/WorkerSettingsFile.ts"

/** Jobs by the directories that they write to. */
const placesOf = (...jobs: ReadonlyArray<ReadonlyArray<string>>) =>
  WorkerSettingsFile.parse(
    "worker.json",
    JSON.stringify({
      jobs: [
        ...jobs.map((sinks, index) => ({
          name: `job-${index}`,
          kind: "list",
          operation: `getRouting${"abcdefgh"[index]}`,
          every: "1h",
          sink: sinks.map((ndjson) => ({ ndjson: `/${ndjson}` }))
        })),
        { name: "watch", kind: "watch", every: "1h" }
      ]
    })
  ).pipe(Effect.map((settings) => Object.fromEntries(JobPlan.placesOf(settings))))

it.effect("is told by their sinks", () =>
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* placesOf(["a"], ["b"], ["a"]), {
      "job-0": "sink /a",
      "job-1": "sink /b",
      "job-2": "sink /a"
    })
    // The last one brings all of them together, in whatever order they stand.
    const all = [["c"], ["d", "b"], ["x"], ["c", "d"]]
    for (const [index, place] of Object.values(yield* placesOf(...all)).entries())
      assert.strictEqual(place, index === 2 ? "sink /x" : "sink /b")
    for (const [index, place] of Object.values(yield* placesOf(...all.toReversed())).entries())
      assert.strictEqual(place, index === 1 ? "sink /x" : "sink /b")
    assert.deepStrictEqual(Object.values(yield* placesOf(["e", "d"], ["c", "b"], ["d", "c"], ["b", "a"])), [
      "sink /a",
      "sink /a",
      "sink /a",
      "sink /a"
    ])
  })
)
