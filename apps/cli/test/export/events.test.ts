/** `genesys export events`: what happens is in a directory until it is told to stop, and the next run tells of the time between. */
import { assert, layer } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as Process from "../../../worker/test/support/Process.ts"
import * as Settings from "../../../worker/test/support/Settings.ts"
import * as Cli from "../support/Cli.ts"
import * as InProcess from "../support/InProcess.ts"

const decodeRow = Schema.decodeUnknownSync(
  Schema.fromJsonString(
    Schema.Struct({
      what: Schema.String,
      pattern: Schema.String,
      gaps: Schema.optionalKey(Schema.Array(Schema.Struct({ reason: Schema.String, from: Schema.String })))
    })
  )
)
const rowsIn = (directory: string) =>
  readdirSync(join(directory, "events")).flatMap((name) =>
    readFileSync(join(directory, "events", name), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => decodeRow(line))
  )

const presence = "v2.users.{id}.presence"

layer(Simulator.layer({ rateLimit: { limit: 1_000_000 }, users: 12 }), { excludeTestServices: true })(
  "genesys export events",
  ({ effect }) => {
    effect(
      "writes what came when it is told to stop, or after its time, and where events may be missing",
      () =>
        Effect.gen(function* () {
          const directory = join(Cli.folder(), "copy/")
          const args = ["export", "events", "--topic", presence, "--out", directory]
          const program = yield* Process.start("genesys", args, { env: yield* Settings.env })
          yield* Effect.repeat(
            Effect.delay(
              Effect.sync(() => existing(directory)),
              "100 millis"
            ),
            { until: (is) => is }
          ).pipe(Effect.timeout("40 seconds"))
          yield* program.signal("SIGINT")
          const stopped = yield* program.ended
          assert.strictEqual(stopped.code, 130, stopped.stderr)
          const first = rowsIn(directory)
          assert.deepStrictEqual(
            first.filter(({ what }) => what === "listening" || what === "gap").map(({ what }) => what),
            ["listening"]
          )
          assert.isAbove(first.filter(({ what }) => what === "read").length, 5)
          // A topic is one word on the command line, and the others of another run are no matter.
          const again = yield* InProcess.run([...args, "--for", "3s"], yield* InProcess.simulated)
          assert.strictEqual(again.code, 0, again.stderr)
          assert.match(again.stderr, /rows? of events; events may be missing in 1 gap: see event_gaps\./)
          const gaps = rowsIn(directory).flatMap(({ gaps: all = [] }) => all)
          assert.includeMembers(
            gaps.map(({ reason }) => reason),
            ["NotRunning"]
          )
        }).pipe(Effect.scoped),
      90_000
    )

    for (const [args, message] of [
      [["events", "--out", "x/"], /Say which events they are, with --topic/],
      [["events", "--topic", "v2.users.{id}", "--out", "x/"], /--topic "v2\.users\.\{id\}" must be a topic such as/],
      [["events", "--topic", presence, "--out", "x.ndjson"], /Events come for ever/],
      [["events", "--topic", presence, "--out", "x/", "--format", "parquet"], /leave out --format parquet/],
      [["events", "--topic", presence, "--out", "x/", "--interval", "2026-11-01"], /--interval is for what happened/],
      [
        ["events", "--topic", presence, "--out", "x/", "--operation", "getUsers"],
        /--operation is for genesys export list/
      ],
      [["queues", "--topic", presence, "--out", "x/"], /--topic is for genesys export events/],
      [["queues", "--for", "3s", "--out", "x/"], /--for is for genesys export events/]
    ] as const)
      effect(`refuses ${args.join(" ")}`, () =>
        Effect.gen(function* () {
          const { code, stderr } = yield* InProcess.run(["export", ...args], yield* InProcess.simulated)
          assert.strictEqual(code, 2, stderr)
          assert.match(stderr, message)
        })
      )
  }
)

/** Until it listens, there is nothing to be stopped. */
const existing = (directory: string): boolean => {
  try {
    return rowsIn(directory).some(({ what }) => what === "read")
  } catch {
    return false
  }
}
