/**
 * How a fleet grows on one machine: with its replicas, its orgs and its jobs. What it costs at rest, when each job was done once: messages
 * between replicas, connections and transactions of PostgreSQL, memory and processor time of a replica. And how long it takes until each job is
 * where it belongs, when one joins and when one is killed.
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as FleetTables from "./FleetTables.ts"
import * as Load from "./Load.ts"
import * as Replicas from "./Replicas.ts"
import * as Surroundings from "./Surroundings.ts"

interface Size {
  readonly replicas: number
  readonly orgs: number
  readonly jobs: number
}

/** One after the other grows. */
const sizes: ReadonlyArray<Size> = [
  ...[1, 2, 4, 8].map((replicas) => ({ replicas, orgs: 1, jobs: 100 })),
  ...[10, 1_000].map((jobs) => ({ replicas: 2, orgs: 1, jobs })),
  ...[1, 10, 50, 200].map((orgs) => ({ replicas: 2, orgs, jobs: 200 }))
]
const mostOrgs = Math.max(...sizes.map(({ orgs }) => orgs))

/** Seconds at rest that are measured. */
const rest = 15
/** In milliseconds. When no job has changed its place for so long, all of them are where they belong; when none has begun or ended, it rests. */
const quiet = 6_000
const patience = "4 minutes"

const clients = Array.from({ length: mostOrgs }, (_, index) => ({
  id: `client-${index}`,
  secret: `secret-${index}`,
  tokenLifetime: 86_400
}))

const settings = ({ jobs, orgs }: Size, url: string) => ({
  orgs: Object.fromEntries(
    Array.from({ length: orgs }, (_, index) => [
      `org-${index}`,
      { clientIdEnv: `ORG_${index}_ID`, clientSecretEnv: `ORG_${index}_SECRET`, loginUrl: url, apiUrl: url }
    ])
  ),
  jobs: Array.from({ length: jobs }, (_, index) => ({
    name: `job-${index}`,
    kind: "watch",
    org: `org-${index % orgs}`,
    every: "1h"
  }))
})

/** Looks until it is so. */
const until = <A>(seen: Effect.Effect<A>, isSo: (found: A) => boolean) =>
  Effect.gen(function* () {
    while (true) {
      const found = yield* seen
      if (isSo(found)) return found
      yield* Effect.sleep("200 millis")
    }
  }).pipe(Effect.timeout(patience), Effect.orDie)

/** Seconds from then until the last job has come to its place, once none has for a while; none if none has. */
const placed = (seen: FleetTables.Look, since: number) =>
  Effect.map(
    until(seen.fleet, ({ changed, now }) => now - Math.max(changed ?? 0, since) > quiet),
    ({ changed }) => (changed === null || changed < since ? undefined : (changed - since) / 1_000)
  )

interface Row extends Size {
  readonly begun: number
  readonly messages: number
  /** At most, from the begin: they are kept for a minute or two when nobody uses them. */
  readonly connections: number
  readonly transactions: number
  readonly memory: number
  readonly processor: number
  readonly joined: number | undefined
  readonly killed: number | undefined
}

const measured = Effect.fnUntraced(function* (size: Size, of: FleetTables.Database, simulator: string) {
  const home = yield* Surroundings.home
  const file = join(home, "worker.json")
  writeFileSync(file, JSON.stringify(settings(size, simulator)))
  const url = yield* of.make
  const orgs = clients.slice(0, size.orgs).flatMap(({ id, secret }, index) => [
    [`ORG_${index}_ID`, id],
    [`ORG_${index}_SECRET`, secret]
  ])
  const env = {
    PATH: process.env["PATH"],
    HOME: home,
    GENESYS_WORKER_CLUSTER_URL: url,
    ...Object.fromEntries(orgs)
  }
  const start = Replicas.start(file, env)
  const seen = FleetTables.look(of, url)

  const began = Date.now()
  const replicas = yield* Effect.all(Array.from({ length: size.replicas }, () => start))
  yield* until(seen.isThere, (is) => is)
  let connections = 0
  const counted = Effect.tap(seen.counted, (found) =>
    Effect.sync(() => (connections = Math.max(connections, found.connections)))
  )
  const fleet = Effect.andThen(counted, seen.fleet)
  const { worked } = yield* until(
    fleet,
    ({ changed, now, placed: found, runners, worked: last }) =>
      runners === size.replicas && found === size.jobs && now - Math.max(changed ?? now, last ?? now) > 2 * quiet
  )
  const begun = ((worked ?? began) - began) / 1_000

  const state = Effect.map(counted, (found) => ({
    ...found,
    at: performance.now(),
    messages: Replicas.messages(replicas),
    processor: Replicas.processor(replicas)
  }))
  const before = yield* state
  yield* Effect.sleep(rest * 1_000)
  const after = yield* state
  const memory = Replicas.memory(replicas)
  const each = (what: "messages" | "processor" | "transactions") =>
    ((after[what] - before[what]) * 1_000) / (after.at - before.at)

  const another = yield* start
  const { now } = yield* until(seen.fleet, ({ runners }) => runners > size.replicas)
  const joined = yield* placed(seen, now)

  // The one that has most to do.
  const [busiest] = yield* seen.owners
  const killedAt = Date.now()
  const victim = [...replicas, another].find(({ address }) => address === busiest?.runner) ?? another
  yield* Replicas.kill(victim.child)
  yield* until(seen.owners, (owners) => owners.every(({ runner }) => runner !== victim.address))
  const killed = yield* placed(seen, killedAt)

  return {
    ...size,
    begun,
    messages: each("messages"),
    connections,
    transactions: each("transactions"),
    memory,
    processor: each("processor"),
    joined,
    killed
  } satisfies Row
}, Effect.scoped)

const head = [
  "replicas",
  "orgs",
  "jobs",
  "each job done once, s",
  "messages/s",
  "connections",
  "transactions/s",
  "MB of a replica",
  "ms/s of processor, a replica",
  "one joins, s",
  "one is killed, s"
]
const seconds = (found: number | undefined) => (found === undefined ? "none moved" : found.toFixed(1))
const line = (cells: ReadonlyArray<string>) => `| ${cells.join(" | ")} |`

const cells = (row: Row) => [
  ...[row.replicas, row.orgs, row.jobs].map(String),
  row.begun.toFixed(1),
  Number.isNaN(row.messages) ? "no `ss`" : row.messages.toFixed(1),
  String(row.connections),
  row.transactions.toFixed(1),
  row.memory.toFixed(0),
  row.processor.toFixed(1),
  seconds(row.joined),
  seconds(row.killed)
]

export const fleetGrowth = Effect.scoped(
  Effect.gen(function* () {
    if (process.platform !== "linux") return yield* Console.log("What a fleet costs is measured on Linux only.")
    const of = yield* FleetTables.database
    const options = { clients, conversationsPerHour: 1, callsPerMinute: 10_000_000 }
    const simulator = yield* Load.start("./SimulatorServer.ts", JSON.stringify(options))
    yield* Console.log(
      `fleet: at rest, and when one joins or is killed\n\n${line(head)}\n${line(head.map(() => "---:"))}`
    )
    for (const size of sizes) yield* Console.log(line(cells(yield* measured(size, of, simulator.url))))
  })
)
