/**
 * A process that follows events and is killed (-9) at random moments, while tokens are revoked, sockets are closed and calls are
 * refused. At the end, each event that the simulator's world has had is a row, or lies in a gap that a row tells of. `PROVE=1`: 50
 * kills, into files and PostgreSQL; else 2, into files.
 */
import { assert, layer } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import * as Bundled from "../../../scripts/test/Bundled.ts"
import { Checkpoint } from "../src/Checkpoint.ts"
import * as Kinds from "../src/Kinds.ts"
import * as Database from "./Database.ts"
import * as EventTruth from "./EventTruth.ts"
import * as Files from "./Files.ts"
import * as OverHttp from "./OverHttp.ts"
import { Postgres } from "./Postgres.ts"

const prove = process.env["PROVE"] !== undefined
const kills = prove ? 50 : 2
const child = fileURLToPath(new URL("programs/events.ts", import.meta.url))
const topics = ["v2.users.{id}.presence", "v2.users.{id}.routingStatus", "v2.routing.queues.{id}.conversations"]

interface Place {
  readonly sink: { readonly directory: string } | { readonly database: string }
  readonly values: Effect.Effect<ReadonlyArray<Record<string, unknown>>>
  /** How far it goes, in milliseconds since 1970. */
  readonly asOf: Effect.Effect<number>
}

const decodeCheckpoint = Schema.decodeUnknownSync(
  Schema.fromJsonString(Schema.toCodecJson(Schema.Struct({ version: Schema.Literal(1), partitions: Checkpoint })))
)

const files = Effect.map(Files.temporary, (directory): Place => ({
  sink: { directory },
  values: Effect.sync(() => [...Files.rows(directory, Kinds.events.layout).values()]),
  asOf: Effect.sync(() =>
    Math.max(
      ...Object.values(decodeCheckpoint(readFileSync(`${directory}/checkpoint.json`, "utf8")).partitions).map(
        ({ asOf }) => asOf
      )
    )
  )
}))

const tables = Effect.gen(function* () {
  const database = yield* (yield* Postgres).database
  const url = Redacted.make(database)
  const place: Place = {
    sink: { database },
    values: Effect.map(Database.query(url, "SELECT raw FROM genesys.events"), (rows) =>
      rows.map(({ raw }) => Schema.decodeUnknownSync(Schema.Record(Schema.String, Schema.Unknown))(raw))
    ),
    asOf: Effect.map(
      Database.query(url, "SELECT max(entry->>'asOf') AS moment FROM genesys.export_checkpoint"),
      ([row]) => Date.parse(String(row?.["moment"]))
    )
  }
  return place
})

/** Runs the process until it is killed, so many milliseconds after it listens; `SIGUSR2` lets it end. */
const ended = (task: unknown, after: number, signal: "SIGKILL" | "SIGUSR2") =>
  Effect.promise(async () => {
    const program = spawn(process.execPath, [...(await Bundled.program(child)), JSON.stringify(task)], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, NODE_COMPILE_CACHE: Bundled.compiled() }
    })
    let output = ""
    program.stdout.setEncoding("utf8").on("data", (text: string) => (output += text))
    program.stdout.once("data", () => setTimeout(() => program.kill(signal), after))
    const [code, killed] = await once(program, "close")
    return { code, signal: killed, output }
  })

const Ids = Schema.Struct({ entities: Schema.Array(Schema.Struct({ id: Schema.String })), pageCount: Schema.Int })

/** All topics that there are. */
const named = Effect.gen(function* () {
  const client = yield* GenesysClient
  const ids = Effect.fnUntraced(function* (path: string) {
    const found: Array<string> = []
    for (let [page, pages] = [1, 1]; page <= pages; page++) {
      const request = HttpClientRequest.get(`${path}?pageSize=100&pageNumber=${page}`)
      const { entities, pageCount } = yield* client.json(request, Ids)
      pages = pageCount
      found.push(...entities.map(({ id }) => id))
    }
    return found
  })
  const [users, queues] = [yield* ids("/api/v2/users"), yield* ids("/api/v2/routing/queues")]
  return topics.flatMap((pattern) =>
    (pattern.startsWith("v2.users") ? users : queues).map((id) => pattern.replace("{id}", id))
  )
})

const proof = Effect.fnUntraced(function* <E, R>(place: Effect.Effect<Place, E, R>) {
  const { asOf, sink, values } = yield* place
  const simulator = yield* Simulator
  const { clientId, clientSecret, url } = simulator
  const task = { url, clientId, clientSecret: Redacted.value(clientSecret), sink, topics, commitEvery: 400 }
  const all = yield* Effect.provide(named, OverHttp.layer({ url, clientId, clientSecret }))

  const mischief = Effect.gen(function* () {
    while (true) {
      yield* Effect.sleep(yield* Random.nextIntBetween(4_000, 9_000))
      const which = yield* Random.nextIntBetween(0, 4)
      if (which === 0) yield* simulator.revokeTokens
      else if (which === 1) yield* simulator.closeSockets(1)
      else if (which === 2) yield* simulator.addFault({ path: "/api/", status: 503, share: 0.3, forSeconds: 1 })
      else
        yield* simulator.addFault({
          path: "/api/",
          status: 429,
          share: 0.3,
          forSeconds: 1,
          headers: { "retry-after": "1" }
        })
    }
  })
  yield* Effect.forkChild(mischief)
  for (let kill = 0; kill < kills; kill++) {
    const end = yield* ended(task, yield* Random.nextIntBetween(prove ? 200 : 1_500, prove ? 6_000 : 8_000), "SIGKILL")
    assert.strictEqual(end.signal, "SIGKILL", `it ended by itself, with ${end.code}: ${end.output}`)
    // Whoever is killed before anything is written has promised nothing.
    if (kill === 0) assert.isAbove((yield* values).length, 0)
  }
  const { code } = yield* ended(task, 5_000, "SIGUSR2")
  assert.strictEqual(code, 0)

  const found = EventTruth.read(yield* values)
  const since = Date.parse(String(found.listening[0]?.["receivedAt"]))
  const { covered, lost, told } = EventTruth.check(found, simulator.events(all, since, yield* asOf), topics)
  const reasons = Object.entries(Object.groupBy(found.gaps, ({ reason }) => reason)).map(([reason, gaps = []]) => [
    reason,
    gaps.length
  ])
  const { answers } = yield* simulator.journal
  console.log({ kills, told, covered, read: found.read.length, reasons, answers })
  assert.deepStrictEqual(lost, [])
  // In so short a time, chance says how many of them nobody was told of.
  assert.isAbove(prove ? told : told + covered, prove ? 150 : 5)
  assert.isAbove(covered, 0)
  assert.isAtLeast(found.gaps.filter(({ reason }) => reason === "NotRunning").length, kills)
  // Nothing is there that has not happened.
  const happened = new Set(
    simulator.events(all, since - 60_000, (yield* asOf) + 60_000).map((one) => `${one.topicName} ${one.correlationId}`)
  )
  assert.isEmpty(found.told.filter(({ correlationId, topic }) => !happened.has(`${topic} ${String(correlationId)}`)))
})

const world = Simulator.layer({
  users: prove ? 1_000 : 400,
  conversationsPerHour: prove ? 8_000 : 3_000,
  rateLimit: "off",
  mintLimit: "off"
})

const proved = <E, R>(place: Effect.Effect<Place, E, R>, name: string) =>
  proof(place).pipe(Effect.provide(world), Random.withSeed(`events killed ${name}`))
const limit = prove ? 3_600_000 : 120_000
const options = { excludeTestServices: true, timeout: 60_000 }

layer(NodeServices.layer, options)(`events, killed ${kills} times`, ({ effect }) => {
  effect("files", () => proved(files, "files"), limit)
})

layer(Layer.merge(Postgres.layer, NodeServices.layer), options)(`events, killed ${kills} times`, ({ effect }) => {
  effect.skipIf(!prove)("PostgreSQL", () => proved(tables, "PostgreSQL"), limit)
})
