/** A job that keeps events: what it tells while it runs, how it ends, and how it goes on. */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Kinds from "@effect-genesys/export/Kinds"
import * as EventTruth from "../../../../packages/export/test/EventTruth.ts"
import * as Files from "../../../../packages/export/test/Files.ts"
import { freePort } from "../../../../scripts/test/FreePort.ts"
import * as InProcess from "../support/InProcess.ts"
import * as Process from "../support/Process.ts"
import * as Settings from "../support/Settings.ts"

const statuses = "v2.users.{id}.routingStatus"
const queues = "v2.routing.queues.{id}.conversations"

const Status = Schema.fromJsonString(
  Schema.Struct({
    jobs: Schema.Array(
      Schema.Struct({
        name: Schema.String,
        state: Schema.String,
        lagSeconds: Schema.optionalKey(Schema.Number),
        events: Schema.optionalKey(
          Schema.Struct({
            listeningSince: Schema.optionalKey(Schema.String),
            topics: Schema.Int,
            leftOut: Schema.Array(Schema.Struct({ pattern: Schema.String, permissions: Schema.Array(Schema.String) })),
            rows: Schema.Int,
            gaps: Schema.Int,
            openGaps: Schema.Int
          })
        )
      })
    )
  })
)

const written = (settings: object) => {
  const file = join(mkdtempSync(join(tmpdir(), "genesys-events-")), "worker.json")
  writeFileSync(file, JSON.stringify(settings))
  return file
}

const text = (url: string) => Effect.tryPromise(async () => (await fetch(url)).text())
const found = (copy: string) => EventTruth.read([...Files.rows(copy, Kinds.events.layout).values()])

describe("a job of events", () => {
  it.live(
    "says what it does, ends within its drain with what came, and goes on with a gap; a reload that changes it does too",
    () =>
      Effect.gen(function* () {
        const { advanceClock, clientId, events, updateClient } = yield* Simulator
        const copy = join(mkdtempSync(join(tmpdir(), "genesys-events-")), "copy")
        const port = yield* freePort
        const job = {
          name: "told",
          kind: "events",
          topics: [statuses, queues],
          commitEvery: "1s",
          sink: { ndjson: copy }
        }
        const file = written({ http: { port }, jobs: [job] })
        const env = { ...(yield* Settings.env), LOG_FORMAT: "json" }
        const start = Process.start("genesys-worker", ["run", "--file", file], { env })
        const status = Effect.flatMap(text(`http://127.0.0.1:${port}/status`), Schema.decodeEffect(Status))
        const until = (is: (job: (typeof Status.Type)["jobs"][number]) => boolean) =>
          Effect.repeat(Effect.option(Effect.map(status, ({ jobs: [first] }) => first)), {
            until: (one) => one._tag === "Some" && one.value !== undefined && is(one.value),
            schedule: Schedule.spaced("200 millis")
          }).pipe(Effect.timeout("30 seconds"), Effect.flatMap(Effect.fromOption))
        yield* updateClient(clientId, { permissions: ["directory:user:view", "routing:queue:view"] })

        const first = yield* start
        const listens = yield* until(({ events: told }) => told?.listeningSince !== undefined && told.rows > 20)
        assert.strictEqual(listens?.state, "running")
        assert.deepInclude(listens?.events, { leftOut: [], gaps: 0, openGaps: 0 })
        assert.isBelow(listens?.lagSeconds ?? 1_000, 40)
        const metrics = yield* text(`http://127.0.0.1:${port}/metrics`)
        assert.match(metrics, /genesys_export_rows_total\{[^}]*kind="events"[^}]*\} [1-9]/)
        assert.match(metrics, /genesys_export_lag_seconds\{[^}]*kind="events"/)

        // The settings change: the same job, in good order, with another topic less.
        writeFileSync(file, JSON.stringify({ http: { port }, jobs: [{ ...job, topics: [statuses] }] }))
        yield* first.signal("SIGHUP")
        const changed = yield* until(
          ({ events: told }) =>
            (told?.topics ?? 100) < (listens?.events?.topics ?? 0) && told?.listeningSince !== undefined
        )
        assert.strictEqual(changed?.state, "running")
        const at = Date.now()
        yield* first.signal("SIGTERM")
        const end = yield* first.ended
        assert.isBelow(Date.now() - at, 15_000)
        assert.match(end.stderr + end.stdout, /jobs stopped/)

        // What happens meanwhile, nobody is told.
        yield* advanceClock(600)
        const second = yield* start
        yield* until(({ events: told }) => (told?.gaps ?? 0) > 0 && (told?.rows ?? 0) > 5)
        yield* Effect.sleep("2 seconds")
        yield* second.signal("SIGTERM")
        yield* second.ended
        const rows = found(copy)
        const asOf = Math.max(
          ...Object.values(
            Schema.decodeUnknownSync(Checkpoint)(readFileSync(join(copy, "checkpoint.json"), "utf8")).partitions
          ).map((entry) => Date.parse(entry.asOf))
        )
        const since = Date.parse(String(rows.listening[0]?.["receivedAt"]))
        const ids = new Set(rows.read.map(({ topic }) => String(topic)))
        const { covered, lost, told } = EventTruth.check(rows, events(ids, since, asOf), [statuses])
        assert.deepStrictEqual(lost, [])
        assert.isAbove(told + covered, 0)
        assert.includeMembers(
          rows.gaps.map(({ pattern, reason }) => `${reason} ${pattern}`),
          [`NotRunning ${statuses}`]
        )
      }).pipe(
        Effect.scoped,
        Effect.provide(Simulator.layer({ users: 300, conversationsPerHour: 2_000, rateLimit: "off" }))
      ),
    120_000
  )

  it.live(
    "is left out of one run, and has no clock",
    () =>
      Effect.gen(function* () {
        const copy = join(mkdtempSync(join(tmpdir(), "genesys-events-")), "copy")
        const sink = { ndjson: copy }
        const told = { name: "told", kind: "events", topics: [statuses], sink }
        const run = (...jobs: ReadonlyArray<object>) =>
          Effect.flatMap(Settings.env, (env) =>
            InProcess.run(["run", "--file", written({ jobs }), "--once"], { ...env, LOG_FORMAT: "json" })
          )
        const once = yield* run(told, { name: "codes", kind: "wrap_up_codes", every: "1h", sink })
        assert.strictEqual(once.code, 0, once.stderr)
        assert.match(once.stderr + once.stdout, /job left out: it runs for ever/)
        for (const [job, why] of [
          [{ ...told, every: "5m" }, /every/],
          [{ ...told, topics: [] }, /topics/],
          [{ ...told, topics: ["v2.groups.{id}.statuses"] }, /\{id\} stands for all users, or all queues/],
          [{ ...told, redact: ["topic"] }, /cannot be kept without this field/]
        ] as const) {
          const refused = yield* run(job)
          assert.strictEqual(refused.code, 2)
          assert.match(String(refused.error), why)
        }
      }).pipe(Effect.provide(Simulator.layer({ users: 5 }))),
    60_000
  )
})

const Checkpoint = Schema.fromJsonString(
  Schema.Struct({ partitions: Schema.Record(Schema.String, Schema.Struct({ asOf: Schema.String })) })
)
