/**
 * An exporter of all that goes by days, and of users, that is killed (-9) at random moments, while the world moves on: conversations go on, wrap-up codes come late, days
 * are rewritten; tokens are revoked, calls are refused with 429 and at every limit of Genesys, and all is down for a minute. At
 * the end each sink has what the simulator has, row by row. `PROVE=1`: 50 kills and 200,000 conversations; else 2
 * and 300, into files alone (`fleet.program.test.ts` kills one that fills a database): of the kills one hits a unit that is under way, and one comes after all was down.
 */
import { assert, layer } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, readdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import * as Bundled from "../../../scripts/test/Bundled.ts"
import * as Day from "../src/Day.ts"
import * as Database from "./Database.ts"
import * as ExportTask from "./ExportTask.ts"
import * as Files from "./Files.ts"
import * as Kinds from "../src/Kinds.ts"
import type { Layout } from "../src/Layout.ts"
import * as FactsTruth from "./FactsTruth.ts"
import * as Fingerprints from "./Fingerprints.ts"
import * as Parquet from "./Parquet.ts"
import { Postgres } from "./Postgres.ts"

const prove = process.env["PROVE"] !== undefined
const kills = prove ? 50 : 2
/** Which of them do what chance may not. */
const [meant, down] = prove ? [1, 2] : [0, 1]
const days = prove ? 8 : 2
const conversationsPerHour = prove ? 1_050 : 7
/** Milliseconds that all is down: a minute of the world's, and when proving, one of ours. */
const outage = prove ? 61_000 : 1_000
const hour = 3600
const decodeRow = Schema.decodeUnknownSync(Schema.Record(Schema.String, Schema.Unknown))
const child = fileURLToPath(new URL("programs/exports.ts", import.meta.url))

interface Place {
  readonly sink: { readonly directory: string; readonly format: "ndjson" | "parquet" } | { readonly database: string }
  /** Whether a unit is under way that is not committed. */
  readonly isAtWork: Effect.Effect<boolean>
  readonly found: Effect.Effect<ReadonlyMap<string, string>>
  readonly users: Effect.Effect<number>
  /** By the key of each row. */
  readonly facts: (kind: Kinds.FactName) => Effect.Effect<ReadonlyMap<string, string>>
}

const isAtWorkIn = (directory: string) =>
  Effect.sync(
    () => existsSync(`${directory}/.work`) && readdirSync(`${directory}/.work`).some((name) => /^\d+$/.test(name))
  )

const files = Effect.map(Files.temporary, (directory): Place => ({
  sink: { directory, format: "ndjson" },
  isAtWork: isAtWorkIn(directory),
  found: Effect.promise(() => Fingerprints.ofDirectory(`${directory}/conversations`)),
  users: Effect.sync(() => Files.rows(directory, Files.users).size),
  facts: (kind) => Effect.promise(() => Fingerprints.ofDirectory(`${directory}/${kind}`, Kinds.facts[kind].layout))
}))

const fingerprints = (directory: string, layout: Layout) =>
  Effect.map(
    Parquet.rows(directory, layout),
    (rows) => new Map([...rows].map(([key, row]) => [key, Fingerprints.of(FactsTruth.comparable(decodeRow(row)))]))
  )

const parquet = Effect.map(Files.temporary, (directory): Place => ({
  sink: { directory, format: "parquet" },
  isAtWork: isAtWorkIn(directory),
  found: fingerprints(directory, Files.conversations),
  users: Effect.map(Parquet.rows(directory, Files.users), (rows) => rows.size),
  facts: (kind) => fingerprints(directory, Kinds.facts[kind].layout)
}))

const tables = Effect.gen(function* () {
  const database = yield* (yield* Postgres).database
  const url = Redacted.make(database)
  const place: Place = {
    sink: { database },
    isAtWork: Database.query(url, `SELECT 1 WHERE to_regclass('genesys.export_staging') IS NOT NULL`).pipe(
      Effect.flatMap(([there]) =>
        there === undefined ? Effect.succeed([]) : Database.query(url, "SELECT 1 FROM genesys.export_staging LIMIT 1")
      ),
      Effect.map((rows) => rows.length > 0)
    ),
    found: Database.fingerprints(url),
    users: Effect.map(Database.query(url, "SELECT 1 FROM genesys.users"), (rows) => rows.length),
    facts: (kind) => {
      const { name, table } = Kinds.facts[kind].layout
      return Effect.map(
        Database.query(url, `SELECT ${table.key} AS key, raw FROM genesys.${name}`),
        (rows) =>
          new Map(rows.map(({ key, raw }) => [String(key), Fingerprints.of(FactsTruth.comparable(decodeRow(raw)))]))
      )
    }
  }
  return place
})

/** Runs the child until it is killed, some milliseconds after it has begun, and after what is waited for has come. */
const killed = Effect.fnUntraced(function* (
  task: unknown,
  killAfter: number,
  begun: () => void,
  waited: () => Promise<void>
) {
  return yield* Effect.promise(async () => {
    const program = spawn(process.execPath, [...(await Bundled.program(child)), JSON.stringify(task)], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, NODE_COMPILE_CACHE: Bundled.compiled() }
    })
    let output = ""
    program.stdout.setEncoding("utf8").on("data", (text: string) => (output += text))
    program.stdout.once("data", () => {
      begun()
      setTimeout(() => void waited().finally(() => program.kill("SIGKILL")), killAfter)
    })
    const [code, signal] = await once(program, "close")
    return { code, signal, output }
  })
})

const proof = Effect.fnUntraced(function* <E, R>(place: Effect.Effect<Place, E, R>) {
  const { facts, found, isAtWork, sink, users } = yield* place
  const simulator = yield* Simulator
  const since = Day.of(yield* simulator.now)
  const range = Day.range(since, Day.of(Day.start(since) + days * 86_400_000))
  const until = Day.of(Day.end(range.at(-1)!))
  const { clientId, clientSecret, url } = simulator
  const task = { url, clientId, clientSecret: Redacted.value(clientSecret), sink, since, until }
  let atWork = 0

  // Into the first afternoon, and then on to the end of the range, in as many steps as there are kills.
  yield* simulator.advanceClock(12 * hour)
  const step = ((days + 1) * 24 * hour) / kills
  for (let kill = 0; kill < kills; kill++) {
    const begun = Promise.withResolvers<void>()
    const mischief = Effect.gen(function* () {
      yield* Effect.promise(() => begun.promise)
      yield* simulator.addFault({ path: "/api/", status: 429, share: 0.1, times: 5, headers: { "retry-after": "1" } })
      if (kill === down) {
        yield* simulator.addFault({ path: "/", status: 503, forSeconds: 60 })
        yield* Effect.sleep(outage)
        yield* simulator.advanceClock(61)
      }
      // While it exports, the world goes on.
      for (let part = 0; part < 10; part++) {
        yield* simulator.advanceClock(step / 10)
        if (part % 4 === 2) yield* simulator.revokeTokens
        yield* Effect.sleep(150)
      }
    })
    const killAfter = (yield* Random.nextIntBetween(500, 6_000)) + (kill === down ? outage : 0)
    // At random moments, on a busy machine, a few kills may all come while nothing is under way: one does not.
    const isMeant = kill === meant
    const work = Effect.repeat(Effect.delay(isAtWork, "20 millis"), { until: (is) => is }).pipe(
      Effect.timeout("20 seconds"),
      Effect.ignore
    )
    const context = yield* Effect.context()
    const waited = () => (isMeant ? Effect.runPromise(Effect.provideContext(work, context)) : Promise.resolve())
    const program = killed(task, isMeant ? 0 : killAfter, begun.resolve, waited)
    const [{ code, output, signal }] = yield* Effect.all([program, mischief], { concurrency: 2 })
    assert.strictEqual(signal, "SIGKILL", `it ended by itself, with ${code}: ${output}`)
    if (yield* isAtWork) atWork++
  }
  yield* simulator.clearFaults
  const jobs = (yield* simulator.journal).answers["202"] ?? 0
  // Until nothing changes any more: long conversations have ended, codes have come, the pipeline has been there. It goes on from
  // what the last one that was killed has left, and needs no process of its own for that.
  const settled = yield* Schema.decodeEffect(ExportTask.ExportTask)(task).pipe(
    Effect.flatMap((decoded) =>
      Effect.forEach([1, 4, 5, 25, 0], (more) =>
        Effect.andThen(simulator.advanceClock(more * 24 * hour), ExportTask.run(decoded))
      ).pipe(ExportTask.provide(decoded))
    )
  )
  for (const { failed, pending } of settled) assert.deepStrictEqual([failed, pending], [[], 0])
  assert.strictEqual(settled.at(-1)!.done, 0, "something was still due")

  const truth = new Map<string, string>()
  for (const day of range) {
    yield* Stream.runForEach(simulator.truth(day), (row) =>
      Effect.sync(() => truth.set(row.conversationId, Fingerprints.of(row)))
    )
  }
  const { answers, tokensIssued } = yield* simulator.journal
  console.log({ kills, atWork, jobs, rows: truth.size, tokensIssued, answers })
  assert.isAbove(truth.size, prove ? 200_000 : 300)
  assert.deepStrictEqual(Fingerprints.differences(yield* found, truth), {
    rows: truth.size,
    lost: 0,
    foreign: 0,
    stale: 0
  })
  for (const kind of Kinds.factNames) {
    const { key } = Kinds.facts[kind].layout
    const rows = yield* FactsTruth.ofDays(kind, range)
    const wanted = new Map(rows.map((row) => [String(row[key]), Fingerprints.of(FactsTruth.comparable(row))]))
    assert.isAbove(wanted.size, prove ? 1_000 : 10, kind)
    assert.deepStrictEqual(
      Fingerprints.differences(yield* facts(kind), wanted),
      { rows: wanted.size, lost: 0, foreign: 0, stale: 0 },
      kind
    )
  }
  assert.strictEqual(yield* users, 200)
  assert.isAbove(answers["400"] ?? 0, 0, "no limit was met")
  assert.isAbove(answers["401"] ?? 0, 0)
  assert.isAbove(answers["429"] ?? 0, 0)
  assert.isAbove(answers["503"] ?? 0, 0)
  assert.isAbove(atWork, 0, "no kill hit a unit that was under way")
})

/** Genesys' own limits, made as small as the world is: each of them is met. */
const scale = prove ? 10 : 0.07
const limits = {
  // A page of a hundred is the least that fits.
  queryLimit: Math.max(100, 1_000 * scale),
  jobResultsLimit: 2_000 * scale,
  userListLimit: 150,
  jobAppearsAfter: 0.05,
  // The world's hours pass in a moment.
  cursorLifetime: 12 * hour,
  cursorExpiredStatus: 410
} as const

const world = Simulator.layer({
  ...limits,
  conversationsPerHour,
  rateLimit: { limit: 1_000_000 },
  mintLimit: "off",
  jobQueueTime: 0.1,
  jobRunTime: 0.2,
  jobFailures: 0.05
})

const proved = <E, R>(place: Effect.Effect<Place, E, R>, name: string) =>
  proof(place).pipe(Effect.provide(world), Random.withSeed(`killed ${name}`))
const limit = prove ? 3_600_000 : 180_000
const options = { excludeTestServices: true, timeout: 60_000 }

layer(NodeServices.layer, options)(`killed ${kills} times`, ({ effect }) => {
  effect("files", () => proved(files, "files"), limit)
  // In each test run `ParquetKilled.test.ts` cuts a commit off at each of its steps.
  effect.skipIf(!prove)("files of Parquet", () => proved(parquet, "files of Parquet"), limit)
})

layer(Layer.merge(Postgres.layer, NodeServices.layer), options)(`killed ${kills} times`, ({ effect }) => {
  effect.skipIf(!prove)("PostgreSQL", () => proved(tables, "PostgreSQL"), limit)
})
