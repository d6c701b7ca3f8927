/** Settings that keep a program busy, by malice or by their number. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as WorkerSettingsFile from "../../src/settings/WorkerSettingsFile.ts"

const file = "worker.yaml"

/** Small or large texts that are there to keep a program busy, and what is said of them. Each is an error, and soon. */
const million = 1_000_000
const repeated = (text: string, length = million) => text.repeat(length / text.length)
const manyKeys = Array.from({ length: 60_000 }, (_, index) => `k${index}: 1`)
const bombs: ReadonlyArray<readonly [string, string, RegExp]> = [
  ["brackets", repeated("["), /:1: lists and mappings are nested more than 64 deep here/],
  ["braces", repeated("{"), /:1: lists and mappings are nested more than 64 deep here/],
  ["JSON", repeated('{"a":'), /:1: lists and mappings are nested more than 64 deep here/],
  ["dashes", repeated("- "), /:1: lists and mappings are nested more than 64 deep here/],
  ["question marks", repeated("? "), /:1: lists and mappings are nested more than 64 deep here/],
  [
    "indentation",
    Array.from({ length: 1000 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n"),
    /:\d\d: lists and mappings are nested more than 64 deep here/
  ],
  ["errors", `[${repeated(",")}]`, /:1: the file has more than 500000 parts up to here/],
  ["keys", `{ ${manyKeys.join(", ")} }`, /:1: the file holds more than 100000 values/],
  ["one key again and again", repeated("k: 1\n", 100_000), /:2: a key here is there already/],
  [
    "a billion laughs",
    [
      "a: &a [canary, canary]",
      ...Array.from(
        { length: 40 },
        (_, i) =>
          `b${i}: &${i === 39 ? "z" : `a${i}`} [*${i === 0 ? "a" : `a${i - 1}`}, *${i === 0 ? "a" : `a${i - 1}`}]`
      ),
      "jobs: *z"
    ].join("\n"),
    /:\d+: the file holds more than 100000 values, counting what its aliases \(\*\) repeat/
  ],
  ["an alias of itself", "jobs: &canary [*canary]", /:1: an alias \(\*\) here means what it is a part of/],
  ["an alias of nothing", "jobs: *canary", /:1: an alias \(\*\) here means nothing that stands before it/],
  ["aliases", `a: &a 1\njobs: [${repeated("*a,", 30_000)}]`, /:2: the file has more than 1000 aliases/],
  ["documents", repeated("---\nb\n", 300_000), /:3: this is neither YAML nor JSON: [^\n]* \(multiple_docs\)/],
  ["jobs that are none", `jobs: [${repeated("1,", 150_000)}]`, /:1: jobs\[0\] is not valid/]
]

/** They meet the limit that another one meets as well. `PROVE=1`: each. */
const others = new Set(["braces", "JSON", "question marks", "keys", "documents", "jobs that are none"])

describe("a settings file that is a bomb", () => {
  for (const [name, text, message] of bombs) {
    it.live.skipIf(others.has(name) && process.env["PROVE"] === undefined)(`of ${name} is refused, soon`, () =>
      Effect.gen(function* () {
        const before = process.cpuUsage()
        const error = yield* Effect.flip(WorkerSettingsFile.parse(file, text))
        assert.match(error.message, message)
        assert.notMatch(error.message, /canary|\n/)
        const { system, user } = process.cpuUsage(before)
        assert.isBelow((system + user) / 1e6, 20)
      })
    )
  }

  it.effect("may repeat what many jobs have in common", () =>
    Effect.gen(function* () {
      const jobs = Array.from(
        { length: 500 },
        (_, index) =>
          `  - { name: job-${index}, kind: command, every: 1h, command: ${index === 0 ? "&it ['true']" : "*it"} }`
      )
      const settings = yield* WorkerSettingsFile.parse(file, `jobs:\n${jobs.join("\n")}`)
      assert.lengthOf(settings.jobs, 500)
    })
  )

  it.effect("may have thousands of jobs with places of their own", () =>
    Effect.gen(function* () {
      // `PROVE=1`: 6,000 of them.
      const count = process.env["PROVE"] === undefined ? 1_000 : 6_000
      const jobs = Array.from(
        { length: count },
        (_, index) => `  - { name: job-${index}, kind: users, every: 1h, sink: { ndjson: data/${index} } }`
      )
      const before = process.cpuUsage()
      const settings = yield* WorkerSettingsFile.parse(file, `jobs:\n${jobs.join("\n")}`)
      assert.lengthOf(settings.jobs, count)
      const { system, user } = process.cpuUsage(before)
      assert.isBelow((system + user) / 1e6, 20)
    })
  )
})
