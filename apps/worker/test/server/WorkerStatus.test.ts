/** What is said of a job that stands by, in a fleet. */
import { assert, describe, it } from "@effect/vitest"
import type { JobState } from "../../src/jobs/JobState.ts"
import type { FleetReport } from "../../src/server/FleetView.ts"
import * as WorkerStatus from "../../src/server/WorkerStatus.ts"

const job: JobState = {
  name: "calls",
  kind: "conversations",
  org: "acme",
  state: "standby",
  runs: 0,
  failures: 0,
  failedRuns: 0,
  standsBy: "Another worker has it."
}
const [me, other] = ["10.0.0.1:1", "10.0.0.2:1"]
const report = (...jobs: ReadonlyArray<{ readonly name: string; readonly group: string }>): FleetReport => ({
  address: me,
  runners: [me, other].map((address) => ({ address, group: "a", healthy: true, shards: 300 })),
  jobs: jobs.map(({ group, name }) => ({ group, name, runner: other, since: "2026-11-01T00:00:00Z" })),
  tokens: [],
  budgets: []
})

describe("a job that stands by", () => {
  it("is another worker's", () => {
    assert.deepStrictEqual(WorkerStatus.inFleet(job, report({ name: "calls", group: "a" })), job)
  })

  it("is nobody's if no worker of the group has it", () => {
    for (const jobs of [[], [{ name: "other", group: "a" }], [{ name: "calls", group: "b" }]]) {
      assert.match(
        WorkerStatus.inFleet(job, report(...jobs)).standsBy ?? "",
        /^No worker of the fleet has the job: .* the same settings\.$/
      )
    }
  })

  it("is what it is while the fleet cannot be asked, or if it does not stand by", () => {
    assert.deepStrictEqual(WorkerStatus.inFleet(job, { address: me, problem: "It is down." }), job)
    const running: JobState = { ...job, state: "running" }
    assert.deepStrictEqual(WorkerStatus.inFleet(running, report()), running)
  })
})
