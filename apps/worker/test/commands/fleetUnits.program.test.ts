/**
 * Three workers as one that read the days of one job, each a part, with a real database, and the simulator as Genesys: the sink ends with what
 * Genesys has, and with the checkpoint of one that is alone. `PROVE=1`: also while one of those that read for the other is killed, and
 * one stopped for longer than the fleet waits for it.
 */
import { assert, layer } from "@effect/vitest"
import * as Day from "@effect-genesys/export/Day"
import * as Exporter from "@effect-genesys/export/Exporter"
import { Sink } from "@effect-genesys/export/Sink"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as Database from "../../../../packages/export/test/Database.ts"
import * as Fingerprints from "../../../../packages/export/test/Fingerprints.ts"
import * as MemorySink from "../../../../packages/export/test/MemorySink.ts"
import * as OverHttp from "../../../../packages/export/test/OverHttp.ts"
import { Postgres } from "../../../../packages/export/test/Postgres.ts"
import { make, others, settled, type Worker } from "../support/Fleet.ts"

const isProof = process.env["PROVE"] !== undefined
const timeout = 180_000
const today = Day.start(Day.of(Date.now()))
const daysAgo = (count: number) => Day.of(today - count * 86_400_000)
const count = isProof ? 30 : 9
const [since, until] = [daysAgo(count), daysAgo(2)]

/** In which nothing changes of days that were over yesterday. */
const world = Simulator.layer({
  conversationsPerHour: 10,
  longestConversation: 7_200,
  lateWrapUps: 0,
  nightlyRewrites: 0,
  rateLimit: { limit: 6_000 },
  mintLimit: "off",
  jobQueueTime: 0,
  jobRunTime: isProof ? 3 : 1
})

/** The days of a range that are in a checkpoint, without the moment at which they were read. */
const told = (entries: ReadonlyArray<readonly [name: string, entry: object]>) =>
  entries
    .map(([name, entry]) => ({ day: name.slice("conversations/".length), ...entry, asOf: "" }))
    .filter(({ day }) => day < until)
    .toSorted((one, other) => (one.day < other.day ? -1 : 1))

const alone = Effect.gen(function* () {
  const simulator = yield* Simulator
  const held = Effect.andThen(
    Exporter.conversations({ since, until }),
    Sink.use(({ checkpoint }) => checkpoint)
  )
  return told(
    Object.entries(yield* Effect.provide(held, Layer.merge(MemorySink.make(new Map()), OverHttp.layer(simulator))))
  )
})

/** The sink of a fleet holds what Genesys has, and its checkpoint says what that of one machine does. */
const isRight = Effect.fnUntraced(function* (text: string, expected: Effect.Effect<ReadonlyArray<unknown>, unknown>) {
  const simulator = yield* Simulator
  const url = Redacted.make(text)
  const truth = new Map<string, string>()
  for (const day of Day.range(since, until)) {
    yield* Stream.runForEach(simulator.truth(day), (row) =>
      Effect.sync(() => truth.set(row.conversationId, Fingerprints.of(row)))
    )
  }
  const rows = yield* Database.query(
    url,
    `SELECT conversation_id AS key, raw FROM genesys.conversations WHERE day < '${until}'`
  )
  const found = new Map(rows.map(({ key, raw }) => [String(key), Fingerprints.of(raw)]))
  assert.deepStrictEqual(Fingerprints.differences(found, truth), { rows: truth.size, lost: 0, foreign: 0, stale: 0 })
  const checkpoint = yield* Database.query(url, "SELECT partition, entry FROM genesys.export_checkpoint")
  assert.deepStrictEqual(
    told(checkpoint.map(({ entry, partition }) => [String(partition), Object(entry)])),
    yield* expected
  )
})

/** How many units a worker has begun to read for the one that has the job. */
const readBy = (worker: Worker) =>
  Effect.map(
    worker.output,
    ({ stderr }) => stderr.match(/a unit is read for the worker that has the job/g)?.length ?? 0
  )

/** Waits until a run of the job is done by one of them. */
const done = (workers: ReadonlyArray<Worker>) =>
  Effect.map(
    Effect.forEach(workers, ({ output }) => output),
    (outputs) => outputs.some(({ stderr }) => stderr.includes(`"event":"job.done"`))
  ).pipe(
    Effect.delay("50 millis"),
    Effect.repeat({ until: (isDone) => isDone }),
    Effect.timeout("120 seconds"),
    Effect.tapError(() =>
      Effect.flatMap(
        Effect.forEach(workers, ({ output }) => output),
        (outputs) => Effect.sync(() => console.error(outputs))
      )
    )
  )

const fleet = make({
  http: { port: 0 },
  // Other fleets of these tests speak by sockets.
  cluster: { transport: "http" },
  jobs: [{ name: "calls", kind: "conversations", since, every: "1h", sink: { postgres: "DATABASE" } }]
})

layer(Layer.merge(world, Postgres.layer), { excludeTestServices: true, timeout })("workers of a fleet", (it) => {
  it.effect(
    "read the days of a job together, and end as one that is alone",
    () =>
      Effect.gen(function* () {
        const { start, url } = yield* fleet
        // Meanwhile all of them come, and have their share: the one that comes first would be done by then.
        yield* Simulator.use(({ addFault }) => addFault({ path: "/oauth/token", delayMs: 5_000, times: 2 }))
        const expected = Fiber.join(yield* Effect.forkChild(alone))
        const workers = yield* Effect.all([start, start, start], { concurrency: 3 })
        yield* done(workers)
        const counts = yield* Effect.forEach(workers, readBy)
        assert.isAtLeast(counts.filter((units) => units > 0).length, 2, counts.join())
        yield* isRight(url, expected)
        assert.isEmpty(yield* Database.query(Redacted.make(url), "SELECT 1 FROM genesys.export_staging"))
      }).pipe(Effect.scoped),
    timeout
  )

  it.effect.skipIf(!isProof)(
    "end so, too, if one of them is killed while it reads, and another one stopped until its units were read elsewhere",
    () =>
      Effect.gen(function* () {
        const { start, url } = yield* fleet
        const expected = Fiber.join(yield* Effect.forkChild(alone))
        const workers = yield* Effect.all([start, start, start], { concurrency: 3 })
        yield* settled(workers)
        const states = yield* Effect.forEach(workers, ({ output }) => output)
        const owner = workers[states.findLastIndex(({ stderr }) => stderr.includes("job.started"))]!
        const [first, second] = others(workers, owner)
        for (const reader of [first!, second!]) yield* reader.until(/a unit is read for the worker/)
        yield* Effect.sync(() => process.kill(first!.pid, "SIGKILL"))
        yield* Effect.sync(() => process.kill(second!.pid, "SIGSTOP"))
        // Longer than who waits for it hears nothing of it.
        yield* Effect.sleep("45 seconds")
        yield* Effect.sync(() => process.kill(second!.pid, "SIGCONT"))
        yield* done([owner, second!])
        yield* isRight(url, expected)
      }).pipe(Effect.scoped),
    timeout
  )
})
