/** One job for everything: a job for each kind, what happened first; what the role does not permit is skipped, and told once. */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Everything from "@effect-genesys/export/Everything"
import * as Kinds from "@effect-genesys/export/Kinds"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Files from "../../../../packages/export/test/Files.ts"
import * as WorkerSettingsFile from "../../src/settings/WorkerSettingsFile.ts"
import * as InProcess from "../support/InProcess.ts"
import * as Settings from "../support/Settings.ts"

const everything = { name: "all", kind: "everything" }

const jobsOf = (...jobs: ReadonlyArray<object>) =>
  Effect.map(
    WorkerSettingsFile.parse("worker.json", JSON.stringify({ orgs: { acme: { profile: "acme" } }, jobs })),
    (settings) => settings.jobs
  )

describe("everything", () => {
  it.effect("is a job for each kind that has a name, what happened first, but for those that are left out", () =>
    Effect.gen(function* () {
      const given = { ...everything, org: "acme", since: "2026-11-01", sink: { ndjson: "/copy" }, redact: ["ani"] }
      const jobs = yield* jobsOf({ ...given, except: ["external_contacts"] })
      const kinds = Object.keys(Kinds.all).filter((kind) => kind !== "list" && kind !== "external_contacts")
      assert.sameMembers(
        jobs.map(({ kind }) => kind),
        kinds
      )
      assert.deepStrictEqual(jobs[0], {
        name: "all.conversations",
        kind: "conversations",
        org: "acme",
        since: "2026-11-01",
        every: "15m",
        sink: { _tag: "ndjson", place: "/copy" },
        redact: ["ani"],
        optional: true
      })
      // What is by days is begun at once, and before all others.
      const byDay = jobs.map((job) => "since" in job)
      assert.deepStrictEqual(
        byDay,
        byDay.toSorted((one, other) => Number(other) - Number(one))
      )
      assert.deepStrictEqual(
        jobs.map((job) => !("jitter" in job)),
        byDay
      )
    })
  )

  it.effect("goes with what it is written beside, and says where it does not", () =>
    Effect.gen(function* () {
      const given = { ...everything, since: "2026-11-01", sink: { ndjson: "/copy" } }
      for (const [jobs, what] of [
        [[{ ...given, redact: ["ani", "queueId"] }], /jobs\[0\].redact\[1\].*queue_members cannot be kept/],
        [
          [given, { name: "b", kind: "users", every: "1h", sink: given.sink }],
          /jobs\[1\].sink.*all.users puts users there/
        ],
        [[given, { name: "all.users", kind: "watch", every: "1h" }], /jobs\[1\].name.*another job has this name/],
        [[{ ...given, every: "1h" }], /jobs\[0\].every is not a setting/],
        [[{ ...given, since: undefined }], /jobs\[0\].since is missing/],
        [[{ ...given, except: ["list"] }], /jobs\[0\].except\[0\] is not valid/]
      ] as const)
        assert.match((yield* Effect.flip(jobsOf(...jobs))).message, what)
      yield* jobsOf({ ...given, except: ["users"] }, { name: "b", kind: "users", every: "1h", sink: given.sink })
    })
  )

  it.live(
    "fills a place with all that is permitted, and names what is not",
    () =>
      Effect.gen(function* () {
        const directory = mkdtempSync(join(tmpdir(), "genesys-everything-"))
        const file = join(directory, "worker.json")
        const copy = join(directory, "copy")
        const since = new Date((yield* Simulator.use(({ now }) => now)) - 86_400_000).toISOString().slice(0, 10)
        writeFileSync(file, JSON.stringify({ jobs: [{ ...everything, since, sink: { ndjson: copy } }] }))
        const ended = yield* InProcess.run(["run", "--file", file, "--once"], yield* Settings.env)
        assert.strictEqual(ended.code, 0, ended.stderr)
        const partitions = Object.keys(JSON.parse(readFileSync(join(copy, "checkpoint.json"), "utf8")).partitions)
        const skipped = [...ended.stderr.matchAll(/job skipped {2}job=all\.(\w+)/g)].map(([, name = ""]) => name)
        assert.include(skipped, "roles")
        assert.match(ended.stderr, /job skipped {2}job=all\.roles .*authorization:role:view/)
        assert.sameMembers(
          [...new Set(partitions.map((name) => name.replace(/\/.*/, ""))), ...skipped],
          [...Everything.parts]
        )
        assert.isAbove(Files.rows(copy, Kinds.lists.queue_members.layout).size, 0)
        assert.isAbove(Files.rows(copy, Files.conversations).size, 0)
        // What was copied once, and is not permitted any more, has failed.
        yield* Simulator.use(({ updateClient }) => updateClient("some", { permissions: ["routing:queue:view"] }))
        yield* Simulator.use(({ revokeTokens }) => revokeTokens)
        const less = yield* InProcess.run(["run", "--file", file, "--once"], yield* Settings.env)
        assert.strictEqual(less.code, 4, less.stderr)
        assert.match(less.stderr, /job failed {2}job=all\.conversations .*PermissionError/)
        assert.match(less.stderr, /job skipped {2}job=all\.roles /)
      }).pipe(
        Effect.provide(
          Simulator.layer({
            users: 12,
            conversationsPerHour: 2,
            rateLimit: { limit: 1_000_000 },
            clients: [
              {
                id: "some",
                secret: Redacted.make("secret"),
                permissions: [
                  "analytics:conversationDetail:view",
                  "directory:user:view",
                  "routing:queue:view",
                  "routing:wrapupCode:view"
                ]
              }
            ]
          })
        )
      ),
    60_000
  )
})
