/** What a terminal shows of a worker. */
import { assert, it } from "@effect/vitest"
import { lines } from "../../src/server/statusText.ts"
import type { WorkerStatus } from "../../src/server/WorkerStatus.ts"
import { relative, span } from "../../src/server/words.ts"

const now = "2026-11-01T12:00:00.000Z"
const job = { org: "acme", runs: 3, failures: 0, failedRuns: 0 } as const

const status: WorkerStatus = {
  version: "1.2.3",
  startedAt: "2026-11-01T10:55:00.000Z",
  at: now,
  state: "running",
  unready: ["job people: its last run has failed."],
  orgs: [
    {
      name: "acme",
      region: "eu-central-1",
      token: {
        state: "ready",
        renewing: true,
        generation: 0,
        fingerprint: "abc",
        issuedAt: "2026-11-01T00:00:00.000Z",
        renewAt: "2026-11-01T20:00:00.000Z",
        expiresAt: "2026-11-02T00:00:00.000Z"
      },
      tokenSecondsLeft: 43_200,
      budgets: [
        { kind: "*", allowed: 300, used: 12, resetAt: undefined },
        { kind: "analytics", allowed: 1_300, used: 1_299, resetAt: undefined }
      ],
      renewals: [
        { at: "2026-11-01T00:00:00.000Z", result: "issued" },
        { at: "2026-11-01T11:58:00.000Z", result: "RateLimitError", message: "Wait a little." }
      ]
    }
  ],
  jobs: [
    {
      ...job,
      name: "calls",
      kind: "conversations",
      state: "running",
      runningSince: "2026-11-01T11:50:00.000Z",
      lagSeconds: 90_000,
      progress: {
        rows: 12_345,
        unitsEnded: 5,
        unitsDue: 20,
        units: [{ unit: "conversations/2026-10-06", since: "2026-11-01T11:59:00.000Z", rows: 1 }]
      }
    },
    {
      ...job,
      name: "people",
      kind: "users",
      state: "backing off",
      nextRunAt: "2026-11-01T12:00:30.000Z",
      lastRun: { startedAt: now, endedAt: "2026-11-01T11:59:59.000Z", outcome: "UnavailableError", message: "Down." }
    },
    {
      ...job,
      name: "presence",
      kind: "events",
      state: "running",
      runningSince: now,
      events: { topics: 1, leftOut: [], rows: 7, gaps: 2, openGaps: 1 }
    }
  ],
  cluster: {
    address: "10.0.0.1:1",
    runners: [
      { address: "10.0.0.1:1", group: "a", healthy: true, shards: 1 },
      { address: "10.0.0.2:1", group: "a", healthy: false, shards: 299 }
    ],
    jobs: [{ name: "calls", group: "a", runner: "10.0.0.1:1", since: now }],
    tokens: [{ name: "t", changedAt: "2026-11-01T00:00:00.000Z" }],
    budgets: []
  }
}

it("tells of the worker, its orgs, its jobs and its fleet", () => {
  assert.deepStrictEqual(lines(status), [
    "genesys-worker 1.2.3, running, not ready, started 1 h 5 min ago",
    "  job people: its last run has failed.",
    "",
    "org acme (eu-central-1): token ready, being renewed",
    "  [............############] 12 h left of 1 d, renewed in 8 h",
    "  2 renewals, 1 failed",
    "  the last that failed, 2 min ago: RateLimitError. Wait a little.",
    "  all calls: 12 of 300 calls of a minute used",
    "  analytics: 1,299 of 1,300 calls of a minute used",
    "",
    "JOB       KIND           ORG   STATE        NEXT        BEHIND   LAST RUN",
    "calls     conversations  acme  running      for 10 min  1 d 1 h",
    "people    users          acme  backing off  in 30 s              UnavailableError 1 s ago",
    "presence  events         acme  running      for 0 s",
    "calls: 5 of 20 units, 12,345 rows, about 30 min left",
    "  conversations/2026-10-06: 1 row in 1 min",
    "presence: 1 topic, 7 rows, 2 gaps that are over and 1 open",
    "",
    "worker 10.0.0.1:1 (this one): healthy, group a, 1 shard, calls",
    "worker 10.0.0.2:1: not reached, group a, 299 shards, no job",
    "token t: renewed 12 h ago"
  ])
})

it("tells of one that has nothing yet", () => {
  const { cluster: _, ...alone } = status
  const nothing: WorkerStatus = { ...alone, orgs: [], jobs: [], unready: [], startedAt: now, state: "starting" }
  assert.deepStrictEqual(lines(nothing), ["genesys-worker 1.2.3, starting, ready, started now"])
  assert.include(lines({ ...nothing, cluster: { address: "a", problem: "It is down." } }), "fleet: It is down.")
})

it("says spans in two units, and moments from now", () => {
  const spans = [0, 1, 59.6, 60, 61, 3_600, 3_661, 86_399, 86_400, 90_000].map(span)
  assert.deepStrictEqual(spans, [
    "0 s",
    "1 s",
    "1 min",
    "1 min",
    "1 min 1 s",
    "1 h",
    "1 h 1 min",
    "23 h 59 min",
    "1 d",
    "1 d 1 h"
  ])
  assert.strictEqual(span(-5), "0 s")
  assert.strictEqual(relative("2026-11-01T12:00:00.400Z", now), "now")
  assert.strictEqual(relative("2026-11-01T11:00:00.000Z", now), "1 h ago")
})
