import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Clock from "effect/Clock"
import { Ajv2020 } from "ajv/dist/2020.js"
import { readFileSync } from "node:fs"
import { parse } from "yaml"
import * as JobPlan from "../src/JobPlan.ts"
import * as WorkerSettingsFile from "../src/WorkerSettingsFile.ts"

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
  ["an unknown kind", "jobs:\n  - name: a\n    kind: canary", "2: jobs[0] is not valid: it must be a job, with kind"],
  ["a number for a duration", watch("    every: 90"), "4: jobs[0].every is not valid: it must be string"],
  ["an interval of nothing", watch("    every: 0s"), "4: jobs[0].every is not valid"],
  ["a wrong cron", watch("    cron: canary"), "4: jobs[0].cron is not valid: it must be a cron expression"],
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
    "one directory in two ways",
    `jobs:${people}\n  - name: calls\n    kind: conversations\n    since: 2026-11-01\n    every: 1h\n    sink: { ndjson: data }`,
    "10: jobs[1].sink is not valid: it is the place of the job people, so it must be written like there"
  ],
  [
    "one kind twice in one schema",
    `jobs:${`${people}\n${people.replace("people", "again")}`.replaceAll("ndjson: ./data", "postgres: DB")}`,
    "10: jobs[1].sink is not valid: the job people puts users there"
  ],
  ["no sink", "jobs:\n  - { name: a, kind: users, every: 1h }", "2: jobs[0].sink is missing"],
  [
    "who may read tables",
    `jobs:${people.replace("ndjson: ./data", "postgres: DB, access: group")}`,
    "5: jobs[0].sink is not valid: it must be either ndjson (with compression and access) or postgres"
  ],
  [
    "an authority of files",
    `jobs:${people.replace("./data", "./data, ca: ca.pem")}`,
    "5: jobs[0].sink is not valid: it must be either ndjson (with compression and access) or postgres (with schema and ca)"
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

  /** What a JSON Schema cannot know. */
  const beyond = new Set([
    "nothing",
    "no YAML",
    "no JSON",
    "a wrong cron",
    "a wrong time zone",
    "a time zone without cron",
    "a name twice",
    "an org that is not there",
    "two orgs in one directory",
    "one directory in two ways",
    "one kind twice in one schema",
    "half a client"
  ])

  it("is checked by editors, too", () => {
    const isValid = new Ajv2020({ strict: false }).compile(Object(WorkerSettingsFile.jsonSchema()))
    const example = readFileSync(new URL("../../../examples/worker.yaml", import.meta.url), "utf8")
    assert.isTrue(isValid(parse(example)), JSON.stringify(isValid.errors))
    for (const [what, text] of bad.filter(([name]) => !beyond.has(name))) assert.isFalse(isValid(parse(text)), what)
    assert.isFalse(isValid(parse(example.replace("since: 2026-11-01", "since: yesterday"))))
    assert.isFalse(isValid(parse(example.replace("every: 15m", "every: soon"))))
    assert.isFalse(isValid(parse(example.replace("region:", "regoin:"))))
    assert.isFalse(isValid(parse(example.replace("{ ndjson: ./data", "{ ndjsn: ./data"))))
  })

  it("has the JSON Schema that is published", () => {
    const published: unknown = JSON.parse(
      readFileSync(new URL("../../../apps/worker/settings.schema.json", import.meta.url), "utf8")
    )
    assert.deepStrictEqual(published, JSON.parse(JSON.stringify(WorkerSettingsFile.jsonSchema())))
  })
})
