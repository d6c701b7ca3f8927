/** What a job that exports a kind may say, from nothing but what the kind says of itself. */
import { assert, describe, it } from "@effect/vitest"
import * as Kinds from "@effect-genesys/export/Kinds"
import type { Spelling } from "@effect-genesys/export/Kind"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { exportJob, WrittenJob } from "../../src/settings/WorkerSettings.ts"

const things = exportJob({
  layout: { name: "things" },
  settings: ({ span }: Spelling) => ({
    division: Schema.optionalKey(Schema.String),
    again: Schema.optionalKey(span("How long it is read again."))
  })
})
const given = { name: "q", kind: "things", every: "1h", sink: { ndjson: "/data" } }

describe("a job of a kind", () => {
  it("has the settings of all jobs, and those of its kind", () => {
    const job = Schema.decodeUnknownSync(things)({ ...given, division: "home", again: "90s" })
    assert.deepStrictEqual(job, {
      name: "q",
      kind: "things",
      every: "1h",
      sink: { _tag: "ndjson", place: "/data" },
      division: "home",
      again: Duration.seconds(90)
    })
    for (const odd of [{ kind: "users" }, { again: "soon" }, { division: 5 }, { sink: undefined }])
      assert.throws(() => Schema.decodeUnknownSync(things)({ ...given, ...odd }), /Expected|Missing/)
  })

  it("can be written for every kind that there is, by its name", () => {
    const decode = Schema.decodeUnknownSync(WrittenJob)
    for (const name of ["everything", ...Object.keys(Kinds.all)])
      assert.strictEqual(
        decode({ ...given, kind: name, since: "2026-11-01", operation: "getUsers" }, { onExcessProperty: "ignore" })
          .kind,
        name
      )
    assert.throws(() => decode(given), /conversations, users, list, queues,.* watch or command/)
  })
})
