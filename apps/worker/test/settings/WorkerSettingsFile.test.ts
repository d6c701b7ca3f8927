import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Clock from "effect/Clock"
import { Ajv2020 } from "ajv/dist/2020.js"
import { readFileSync } from "node:fs"
import { parse } from "yaml"
import * as JobPlan from "../../src/jobs/JobPlan.ts"
import * as WorkerSettingsFile from "../../src/settings/WorkerSettingsFile.ts"

const file = "worker.yaml"
const people = `
  - name: people
    kind: users
    every: 15m
    sink: { ndjson: ./data }`
const watch = (lines: string) => `jobs:\n  - name: a\n    kind: watch\n${lines}`

/** What is wrong, and what is said of it after the name of the file. Nothing says "canary". */
const bad: ReadonlyArray<readonly [string, string, string]> = [
  ["nothing", "", "1: the file is not valid: it must be object"],
  ["no YAML", "jobs:\n  - [", "2: this is neither YAML nor JSON: mend the file at column 6 of this line"],
  ["no JSON", '{\n  "jobs": [}\n', "2: this is neither YAML nor JSON"],
  ["no jobs", "http: { port: 1 }", "1: jobs is missing"],
  ["an empty list of jobs", "jobs: []", "1: jobs is not valid: it must be a list of at least one job"],
  ["an unknown setting", `jobs:${people}\ncanary: canary`, "6: canary is not a setting that is known here"],
  [
    "an unknown kind",
    "jobs:\n  - name: a\n    kind: canary",
    "3: jobs[0].kind is not valid: it must be everything, conversations, users, list, queues"
  ],
  [
    "a setting of another kind",
    "jobs:\n  - name: a\n    kind: users\n    every: 1h\n    state: canary\n    sink: { ndjson: x }",
    '5: jobs[0].state is not valid: it must be "active"'
  ],
  [
    "a setting of a kind that is no export",
    "jobs:\n  - name: a\n    kind: watch\n    every: 1h\n    email: canary",
    "5: jobs[0].email is not valid: it must be an e-mail address"
  ],
  [
    "days to keep of what has none",
    "jobs:\n  - name: a\n    kind: queues\n    every: 1h\n    keep: 90d\n    sink: { ndjson: x }",
    "5: jobs[0].keep is for a kind that goes by days, such as conversations or audits: this one has none that could be too old. Leave it out"
  ],
  [
    "days to keep that are none",
    "jobs:\n  - name: a\n    kind: conversations\n    since: 2026-11-01\n    every: 1h\n    keep: 10m\n    sink: { ndjson: x }",
    "6: jobs[0].keep is not valid: it must be a duration of at least 1d"
  ],
  [
    "more of a list that has a name",
    "jobs:\n  - name: a\n    kind: queues\n    every: 1h\n    state: any\n    sink: { ndjson: x }",
    "5: jobs[0].state is not a setting that is known here"
  ],
  ...(
    [
      ["operation", "deleteUser", "it must be an operation of the official SDK that gets a list"],
      ["operation", "getUsers/../../oauth", "it must be an operation of the official SDK that gets a list"],
      ["into", "../users", "it must be at most 40 small letters, digits and _"],
      ["into", "Queues", "it must be at most 40 small letters, digits and _"],
      ["key", "__proto__", "it must be the name of a field"],
      ["rows", "a.b", "it must be the name of a field"]
    ] as const
  ).map(
    ([field, text, why]) =>
      [
        `a list with ${field} ${text}`,
        `jobs:\n  - name: a\n    kind: list\n    every: 1h\n    sink: { ndjson: x }\n${field === "operation" ? "" : "    operation: getUsers\n"}    ${field}: ${text}`,
        `${field === "operation" ? 6 : 7}: jobs[0].${field} is not valid: ${why}`
      ] as const
  ),
  [
    "a list whose operation makes no name",
    "jobs:\n  - name: a\n    kind: list\n    every: 1h\n    operation: getWorkforcemanagementBusinessunitManagementunits\n    sink: { ndjson: x }",
    "2: jobs[0].into is missing: the name of the operation is too long"
  ],
  ...(
    [
      ["kind: list, operation: getRoutingQueues", "kind: list, operation: RoutingApi.getRoutingQueues"],
      ["kind: list, operation: getUsers, into: a", "kind: list, operation: getRoutingSkills, into: a"],
      ["kind: queues", "kind: queues"]
    ] as const
  ).map(
    ([one, other]) =>
      [
        `two jobs that put ${one} into one place`,
        `jobs:\n${["users", one.slice(6), other.slice(6)].map((kind, at) => `  - { name: ${"abc"[at]}, every: 1h, sink: { ndjson: x }, kind: ${kind} }`).join("\n")}`,
        "4: jobs[2].sink is not valid: the job b puts"
      ] as const
  ),
  ["a number for a duration", watch("    every: 90"), "4: jobs[0].every is not valid: it must be string"],
  ["an interval of nothing", watch("    every: 0s"), "4: jobs[0].every is not valid"],
  [
    "a day that does not exist",
    "jobs:\n  - name: a\n    kind: conversations\n    every: 1h\n    since: 2025-02-30\n    sink: { ndjson: x }",
    "5: jobs[0].since is not valid: it must be a day such as 2026-11-01"
  ],
  ["a wrong cron", watch("    cron: canary"), "4: jobs[0].cron is not valid: it must be a cron expression"],
  [
    "a cron that never comes",
    watch("    cron: 0 0 30 2 *"),
    "4: jobs[0].cron is not valid: it must be a cron expression for a day that comes"
  ],
  [
    "such a cron with a weekday",
    watch("    cron: 0 0 31 4,6 */2"),
    "4: jobs[0].cron is not valid: it must be a cron expression for a day that comes"
  ],
  [
    "an interval beyond all numbers",
    watch(`    every: ${"9".repeat(400)}d`),
    "4: jobs[0].every is not valid: it must be a duration of at most 3650d"
  ],
  [
    "an interval beyond all dates",
    watch("    every: 99999999999d"),
    "4: jobs[0].every is not valid: it must be a duration of at most 3650d"
  ],
  [
    "an interval in another notation",
    watch("    every: 1e300d"),
    "4: jobs[0].every is not valid: it must be a duration above zero"
  ],
  ["an interval that is endless", watch("    every: .inf"), "4: jobs[0].every is not valid: it must be string"],
  [
    "an interval that is next to nothing",
    watch("    every: 0.001s"),
    "4: jobs[0].every is not valid: it must be a duration of at least 1s"
  ],
  [
    "a jitter beyond all dates",
    watch("    every: 1h\n    jitter: 99999999999d"),
    "5: jobs[0].jitter is not valid: it must be a duration of at most"
  ],
  [
    "a drain beyond all dates",
    `drain: 99999999999d\n${watch("    every: 1h")}`,
    "1: drain is not valid: it must be a duration of at most"
  ],
  ["a wrong time zone", watch("    cron: 0 0 * * *\n    timeZone: canary"), "5: jobs[0].timeZone is not valid"],
  ["a time zone without cron", watch("    every: 1h\n    timeZone: UTC"), "5: jobs[0].timeZone is not valid"],
  ["neither every nor cron", watch(""), "2: jobs[0] is not valid: it must be a job with either every or cron"],
  [
    "both",
    watch("    every: 1h\n    cron: 0 0 * * *"),
    "2: jobs[0] is not valid: it must be a job with either every or cron"
  ],
  ["a name twice", `jobs:${people}${people}`, "6: jobs[1].name is not valid: another job has this name"],
  ["an org that is not there", watch("    every: 1h\n    org: canary"), "5: jobs[0].org is not valid"],
  [
    "two orgs in one directory",
    `orgs: { acme: { profile: acme } }\njobs:${people}\n  - name: others\n    kind: conversations\n    org: acme\n    since: 2026-11-01\n    every: 1h\n    sink: { ndjson: data/../data }`,
    "12: jobs[1].sink is not valid: the job people puts rows of another org there; give each"
  ],
  [
    "a wait of nothing for jobs",
    `jobs:\n  - name: calls\n    kind: conversations\n    since: 2026-11-01\n    every: 1h\n    sink: { ndjson: data }\n    openEvery: 5m\n    jobWait: 0s`,
    "8: jobs[0].jobWait is not valid: it must be a duration above zero"
  ],
  [
    "days that end before they begin",
    `jobs:\n  - name: calls\n    kind: conversations\n    since: 2026-11-01\n    until: 2026-11-01\n    every: 1h\n    sink: { ndjson: data }`,
    "5: jobs[0].until is not valid: it must be a day after since"
  ],
  [
    "rows without what they are known by",
    `jobs:${people}\n    redact: [email, id]`,
    "6: jobs[0].redact[1] is not valid: users cannot be kept without this field"
  ],
  [
    "rows without a part of what they are known by",
    `jobs:\n  - { name: a, kind: queue_members, every: 1h, sink: { ndjson: data }, redact: [name, queueId] }`,
    "2: jobs[0].redact[1] is not valid: queue_members cannot be kept without this field"
  ],
  [
    "one directory in two ways",
    `jobs:${people}\n  - name: calls\n    kind: conversations\n    since: 2026-11-01\n    every: 1h\n    sink: { ndjson: data }`,
    "10: jobs[1].sink is not valid: it is the place of the job people, so it must be written like there"
  ],
  [
    "one kind twice in one schema",
    `jobs:${`${people}\n${people.replace("people", "again")}`.replaceAll("ndjson: ./data", "postgres: DB")}`,
    "10: jobs[1].sink is not valid: the job people puts users there"
  ],
  [
    "one directory twice in a job",
    `jobs:${people.replace("{ ndjson: ./data }", "[{ ndjson: ./data }, { postgres: DB }, { ndjson: data/, compression: gzip }]")}`,
    "5: jobs[0].sink[2] is not valid: it is the place of another sink of this job"
  ],
  [
    "one directory of two jobs among other places",
    `jobs:${people}\n  - { name: b, kind: users, every: 1h, sink: [{ postgres: DB }, { ndjson: data }] }`,
    "6: jobs[1].sink[1] is not valid: the job people puts users there"
  ],
  [
    "one of several sinks that is none",
    `jobs:${people.replace("{ ndjson: ./data }", "[{ ndjson: ./data }, { postgres: DB, access: group }]")}`,
    "5: jobs[0].sink[1] is not valid: it must be either ndjson (with format and compression and access) or postgres"
  ],
  [
    "events as Parquet",
    `jobs:\n  - { name: a, kind: events, topics: ["v2.users.{id}.presence"], sink: { ndjson: x, format: parquet } }`,
    "2: jobs[0].sink is not valid: events come a little at a time"
  ],
  ["no sinks", `jobs:${people.replace("{ ndjson: ./data }", "[]")}`, "5: jobs[0].sink[0] is missing"],
  ["no sink", "jobs:\n  - { name: a, kind: users, every: 1h }", "2: jobs[0].sink is missing"],
  [
    "who may read tables",
    `jobs:${people.replace("ndjson: ./data", "postgres: DB, access: group")}`,
    "5: jobs[0].sink is not valid: it must be either ndjson (with format and compression and access) or postgres"
  ],
  [
    "an authority of files",
    `jobs:${people.replace("./data", "./data, ca: ca.pem")}`,
    "5: jobs[0].sink is not valid: it must be either ndjson (with format and compression and access) or postgres (with schema and ca and viewsTimeZone)"
  ],
  [
    "a mode for who may read",
    `jobs:${people.replace("./data", "./data, access: 640")}`,
    '5: jobs[0].sink.access is not valid: it must be "owner" | "group" | "everyone"'
  ],
  [
    "a URL in the clear",
    `jobs:${people.replace("ndjson: ./data", "postgres: postgres://canary@db/x")}`,
    "5: jobs[0].sink.postgres is not valid: it must be the name of an environment variable"
  ],
  [
    "a secret in the clear",
    `orgs:\n  acme:\n    clientSecret: canary\njobs:${people}`,
    "3: orgs.acme.clientSecret is not a setting"
  ],
  [
    "half a client",
    `orgs:\n  acme: { clientIdEnv: ID }\njobs:${people}`,
    "2: orgs.acme is not valid: it must be a profile"
  ]
]

describe("a settings file", () => {
  it.effect.each(bad)("with %s is refused, with the line and without what is there", ([, text, message]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(WorkerSettingsFile.parse(file, text))
      assert.strictEqual(error._tag, "ConfigurationError")
      assert.include(error.message, `${file}:${message}`)
      assert.notInclude(error.message.replace("canary is not a setting", ""), "canary")
      assert.notInclude(error.message, "\n")
    })
  )

  it.effect("is planned as it says", () =>
    Effect.gen(function* () {
      const nightly = "\n  - { name: b, kind: watch, cron: 30 2 * * *, timeZone: Europe/Berlin, jitter: 5m }"
      const settings = yield* WorkerSettingsFile.parse(file, `jobs:${people}${nightly}`)
      const plan = JobPlan.plan(settings, yield* Clock.currentTimeMillis)
      assert.deepStrictEqual(
        plan.map(({ name, nextRuns, sink, when }) => [name, when, sink, nextRuns[0], nextRuns[1]]),
        [
          ["people", "every 15m", "./data", "1970-01-01T00:00:00.000Z", "1970-01-01T00:15:00.000Z"],
          [
            "b",
            "cron 30 2 * * * (Europe/Berlin), up to 5m later",
            undefined,
            "1970-01-01T01:30:00.000Z",
            "1970-01-02T01:30:00.000Z"
          ]
        ]
      )
    })
  )

  /** When each is due next: where the clocks skip an hour, where they show one twice, and on days that are rare. */
  const changes: ReadonlyArray<readonly [string, string, ReadonlyArray<string>]> = [
    ["30 2 * * *", "2026-03-28T12:00Z", ["2026-03-29T01:30", "2026-03-30T00:30", "2026-03-31T00:30"]],
    ["30 2 * * *", "2026-10-24T12:00Z", ["2026-10-25T00:30", "2026-10-26T01:30", "2026-10-27T01:30"]],
    ["30 2 29 3 *", "2026-03-28T12:00Z", ["2026-03-29T01:30", "2027-03-29T00:30", "2028-03-29T00:30"]],
    ["*/30 * * * *", "2026-03-29T00:01Z", ["2026-03-29T00:30", "2026-03-29T01:00", "2026-03-29T01:30"]],
    ["*/30 * * * *", "2026-10-25T00:01Z", ["2026-10-25T00:30", "2026-10-25T01:00", "2026-10-25T01:30"]],
    ["15 * * * *", "2026-10-25T00:01Z", ["2026-10-25T00:15", "2026-10-25T01:15", "2026-10-25T02:15"]],
    ["0 0 29 2 *", "2096-03-01T00:00Z", ["2104-02-28T23:00", "2108-02-28T23:00", "2112-02-28T23:00"]],
    ["0 0 29 2 */7", "2026-03-01T00:00Z", ["2032-02-28T23:00", "2060-02-28T23:00", "2088-02-28T23:00"]],
    ["0 0 31 2 1", "2026-01-31T12:00Z", ["2026-02-01T23:00", "2026-02-08T23:00", "2026-02-15T23:00"]]
  ]

  it.effect.each(changes)(
    "with cron %s after %s is due when the clocks of its time zone say so",
    ([cron, after, times]) =>
      Effect.gen(function* () {
        const settings = yield* WorkerSettingsFile.parse(
          file,
          watch(`    cron: "${cron}"\n    timeZone: Europe/Berlin`)
        )
        const [job] = JobPlan.plan(settings, Date.parse(after))
        assert.deepStrictEqual(
          job?.nextRuns,
          times.map((time) => `${time}:00.000Z`)
        )
      })
  )

  describe("with a host without encryption", () => {
    const text = (url: string) =>
      `orgs:\n  acme:\n    clientIdEnv: A\n    clientSecretEnv: B\n    apiUrl: ${url}\n${watch("    every: 1h")}`
    const parsed = (url: string, env: Record<string, string>) =>
      WorkerSettingsFile.parse(file, text(url)).pipe(
        Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnvRecord(env))
      )

    it.effect("is refused with its line, whatever it says itself", () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(parsed("http://canary.example", { GENESYS_CLOUD_ALLOW_HTTP: "other" }))
        assert.strictEqual(error.setting, "orgs.acme.apiUrl")
        assert.match(error.message, /^worker\.yaml:5: orgs\.acme\.apiUrl is not valid: .*GENESYS_CLOUD_ALLOW_HTTP/)
        assert.notInclude(error.message, "canary")
        const permits = text("http://canary.example").replace("    apiUrl", "    allowHttp: canary.example\n    apiUrl")
        assert.match(
          (yield* Effect.flip(WorkerSettingsFile.parse(file, permits))).message,
          /allowHttp is not a setting/
        )
      })
    )

    it.effect("is taken if the environment permits it, and that is right", () =>
      Effect.gen(function* () {
        const { orgs } = yield* parsed("http://simulator:8080", { GENESYS_CLOUD_ALLOW_HTTP: "simulator:8080" })
        assert.deepInclude(orgs?.["acme"], { apiUrl: "http://simulator:8080" })
        const wrong = yield* Effect.flip(parsed("http://simulator:8080", { GENESYS_CLOUD_ALLOW_HTTP: "*" }))
        assert.strictEqual(wrong.setting, "GENESYS_CLOUD_ALLOW_HTTP")
      })
    )
  })

  /** What a JSON Schema cannot know. */
  const beyond = new Set([
    "days to keep that are none",
    "events as Parquet",
    "one directory twice in a job",
    "one directory of two jobs among other places",
    "nothing",
    "no YAML",
    "no JSON",
    "a day that does not exist",
    "a wrong cron",
    "a cron that never comes",
    "such a cron with a weekday",
    "an interval beyond all numbers",
    "an interval beyond all dates",
    "an interval that is next to nothing",
    "a jitter beyond all dates",
    "a drain beyond all dates",
    "a wrong time zone",
    "a time zone without cron",
    "a list whose operation makes no name",
    ...bad.map(([name]) => name).filter((name) => name.startsWith("two jobs that put")),
    "a name twice",
    "an org that is not there",
    "two orgs in one directory",
    "one directory in two ways",
    "one kind twice in one schema",
    "half a client",
    "days that end before they begin",
    "rows without what they are known by",
    "rows without a part of what they are known by"
  ])

  it("is checked by editors, too", () => {
    const isValid = new Ajv2020({ strict: false }).compile(Object(WorkerSettingsFile.jsonSchema()))
    const example = readFileSync(new URL("../../../../examples/worker.yaml", import.meta.url), "utf8")
    assert.isTrue(isValid(parse(example)), JSON.stringify(isValid.errors))
    for (const [what, text] of bad.filter(([name]) => !beyond.has(name))) assert.isFalse(isValid(parse(text)), what)
    assert.isFalse(isValid(parse(example.replace("since: 2026-11-01", "since: yesterday"))))
    assert.isFalse(isValid(parse(example.replace("every: 15m", "every: soon"))))
    assert.isFalse(isValid(parse(example.replace("region:", "regoin:"))))
    assert.isFalse(isValid(parse(example.replace("{ ndjson: ./data", "{ ndjsn: ./data"))))
  })

  it.effect("is what the README of the worker shows", () =>
    Effect.gen(function* () {
      const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8")
      const [, shown = ""] = /```yaml\n([^]*?)```/.exec(readme) ?? []
      const { jobs } = yield* WorkerSettingsFile.parse("worker.yaml", shown)
      assert.deepStrictEqual(
        jobs.map(({ kind }) => kind),
        ["conversations", "users", "events", "command"]
      )
    })
  )

  it("has the JSON Schema that is published", () => {
    const published: unknown = JSON.parse(readFileSync(new URL("../../settings.schema.json", import.meta.url), "utf8"))
    assert.deepStrictEqual(published, JSON.parse(JSON.stringify(WorkerSettingsFile.jsonSchema())))
  })
})
