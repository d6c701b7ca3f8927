/**
 * Three workers on three hosts, each with an address of its own, and what comes between them: they do not reach each other, for a while or
 * for long; one reaches nothing but Genesys, or nothing at all. Before and after, each job has one runner, nobody else has run it, and the sink holds
 * what Genesys has. Hosts are network namespaces: `PROVE=1` alone, and where they can be made; a line says so where they cannot.
 */
import { assert, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Certificates from "../../../../packages/client/test/network/Certificates.ts"
import * as Database from "../../../../packages/export/test/Database.ts"
import { OwnServer, Postgres } from "../../../../packages/export/test/Postgres.ts"
import { allRuns, make, nextRun, others, type Worker } from "../support/Fleet.ts"
import * as Hosts from "../support/Hosts.ts"

const isProof = process.env["PROVE"] !== undefined
const reason = isProof ? Hosts.missing() : undefined
const timeout = 900_000
const say = (text: string) => process.stderr.write(`${text}\n`)
if (reason !== undefined) say(`skipped: a fleet on several hosts (${reason})`)

/** In milliseconds: from what happens to the begin of the next run that is done. */
const longestGap = 15_000

/** The jobs, and how often each of them is run. */
const watches = Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`watch-${index}`, 10_000]))
const periods = { people: 1_000, ...watches }

const Genesys = Layer.unwrap(
  Hosts.Hosts.use(({ genesys }) =>
    Effect.succeed(Simulator.layer({ host: genesys, users: 5, conversationsPerHour: 1, rateLimit: "off" }))
  )
)

/** Who signs the certificate of the database. */
const authority = Effect.runSync(Effect.cached(Certificates.makeAuthority("the fleet's")))

const PostgresOnHost = Layer.unwrap(
  Effect.gen(function* () {
    const { database, network } = yield* Hosts.Hosts
    const tls = yield* (yield* authority).issue({ hosts: [database] })
    return Postgres.layerWith({ tls, addresses: [database], access: [`hostssl all all ${network} scram-sha-256`] })
  })
)

const decodeToken = Schema.decodeUnknownSync(Schema.Struct({ access_token: Schema.String }))
const decodeUsers = Schema.decodeUnknownSync(
  Schema.Struct({ entities: Schema.Array(Schema.Struct({ id: Schema.String })) })
)

/** The users that Genesys has. */
const truth = Simulator.use(({ clientId, clientSecret, url }) =>
  Effect.promise(async () => {
    const minted = await fetch(`${url}/oauth/token`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${clientId}:${Redacted.value(clientSecret)}`)}` },
      body: new URLSearchParams({ grant_type: "client_credentials" })
    })
    const { access_token } = decodeToken(await minted.json())
    const users = await fetch(`${url}/api/v2/users?pageSize=100`, {
      headers: { authorization: `Bearer ${access_token}` }
    })
    return decodeUsers(await users.json()).entities.map(({ id }) => id)
  })
)

/** Where it is: without the port. */
const hostOf = ({ address }: Worker) => address.slice(0, address.lastIndexOf(":"))

interface Partition {
  readonly name: string
  /** Whether it is so for all of them, or for the one that has the job. */
  readonly isForAll: boolean
  /** What is lost. */
  readonly lost: ReadonlyArray<"others" | "database" | "genesys">
  readonly seconds: number
}

const partitions: ReadonlyArray<Partition> = [
  { name: "workers do not reach each other, for ten seconds", isForAll: true, lost: ["others"], seconds: 10 },
  // They are tried for long enough to be taken for gone.
  { name: "workers do not reach each other, for two minutes", isForAll: true, lost: ["others"], seconds: 120 },
  {
    name: "one reaches neither the database nor the others",
    isForAll: false,
    lost: ["database", "others"],
    seconds: 25
  },
  { name: "one reaches nothing", isForAll: false, lost: ["database", "genesys", "others"], seconds: 25 }
]

/** Until the scope is closed, and no more than that. */
const cut = Effect.fnUntraced(function* (
  { isForAll, lost }: Partition,
  owner: Worker,
  workers: ReadonlyArray<Worker>,
  ports: { readonly database: number; readonly genesys: number }
) {
  const hosts = yield* Hosts.Hosts
  const affected = isForAll ? workers : [owner]
  for (const [index, worker] of affected.entries()) {
    const peers = isForAll ? workers.slice(index + 1) : others(workers, worker)
    const gone = lost.flatMap((what) => (what === "others" ? peers.map(hostOf) : [hosts[what]]))
    yield* hosts.cut(hostOf(worker), ...gone)
  }
  const at = hosts.hosts.find(({ address }) => address === hostOf(owner))!
  const [other] = others(workers, owner)
  const places = {
    others: other!.address,
    database: `${hosts.database}:${ports.database}`,
    genesys: `${hosts.genesys}:${ports.genesys}`
  } as const
  for (const what of ["others", "database", "genesys"] as const) {
    assert.strictEqual(yield* Hosts.reaches(at, places[what]), !lost.includes(what), `reaches ${what}`)
  }
})

const Parts = Layer.provideMerge(Layer.merge(Genesys, PostgresOnHost), Hosts.Hosts.layer)

/** Starts a worker on each host, all of them with one settings file. */
const fleet = Effect.gen(function* () {
  const { database, genesys, hosts } = yield* Hosts.Hosts
  const { startAt, status, url } = yield* make({
    jobs: [
      { name: "people", kind: "users", every: "1s", sink: { postgres: "DATABASE" } },
      ...Object.keys(watches).map((name) => ({ name, kind: "watch", every: "10s" }))
    ]
  })
  const there = new URL(url)
  there.hostname = database
  there.searchParams.set("sslrootcert", Certificates.file((yield* authority).cert))
  const env = { DATABASE: String(there), GENESYS_WORKER_CLUSTER_URL: String(there), GENESYS_CLOUD_ALLOW_HTTP: genesys }
  const start = ({ address, through }: Hosts.Host) => startAt({ address: `${address}:34431`, through, env })
  const workers = yield* Effect.forEach(hosts, start, { concurrency: 3 })

  /** Waits until all of them are there and reach each other, and each job has one of them; says how long that took. */
  const settled = Effect.gen(function* () {
    const began = Date.now()
    const isSo = Effect.map(
      status,
      ({ jobs, runners }) =>
        runners.filter(({ healthy }) => healthy).length === workers.length &&
        jobs.length === Object.keys(periods).length
    )
    yield* Effect.repeat(isSo, { until: (so) => so, schedule: Schedule.spaced("1 second") }).pipe(
      Effect.timeout("1 minute")
    )
    return Date.now() - began
  })
  return { settled, status, url: Redacted.make(url), workers }
})

/** What must be so whenever it is looked at. */
const held = Effect.fnUntraced(function* (
  { status, url, workers }: Effect.Success<typeof fleet>,
  ids: ReadonlyArray<string>,
  when: string
) {
  for (const [name, period] of Object.entries(periods)) {
    const runs = yield* allRuns(workers, name)
    for (const [index, { begin }] of runs.entries()) {
      const before = runs[index - 1]
      if (before === undefined) continue
      assert.isAtMost(before.end, begin + 1, `two at a time: ${name}, ${when}`)
      assert.isBelow(begin - before.begin - period, longestGap, `missed: ${name}, ${when}`)
    }
  }
  const { jobs } = yield* status
  assert.deepStrictEqual(
    jobs.map(({ name }) => name),
    Object.keys(periods).toSorted()
  )
  const rows = yield* Database.query(
    url,
    "SELECT id::text AS id, extract(epoch FROM now() - as_of)::int AS age FROM genesys.users"
  )
  assert.sameMembers(
    rows.map(({ id }) => String(id)),
    [...ids]
  )
  for (const { age } of rows) assert.isAtMost(Number(age), 15, `stale, ${when}`)
})

it.live.skipIf(!isProof || reason !== undefined)(
  "a fleet on several hosts has one runner for each job, and all of its data, whoever does not reach whom",
  () =>
    Effect.gen(function* () {
      const ids = yield* truth
      const all = yield* fleet
      const { settled, workers } = all
      yield* nextRun(workers, Date.now(), 30_000)
      yield* settled
      const genesys = Number(new URL((yield* Simulator).url).port)
      const ports = { database: (yield* OwnServer).port, genesys }
      for (const partition of partitions) {
        const { isForAll, name, seconds } = partition
        const { worker: owner } = yield* nextRun(workers, Date.now(), 30_000)
        yield* held(all, ids, `before ${name}`)
        const began = Date.now()
        const gap = yield* Effect.scoped(
          Effect.gen(function* () {
            yield* cut(partition, owner, workers, ports)
            const { begin } = yield* nextRun(isForAll ? workers : others(workers, owner), Date.now(), 30_000)
            yield* Effect.sleep(Math.max(0, seconds * 1_000 - (Date.now() - began)))
            return begin - began
          })
        )
        const healed = Date.now()
        const { begin } = yield* nextRun(workers, healed, 30_000)
        const took = yield* settled
        yield* Effect.sync(() =>
          say(
            `${name}: next run after ${gap} ms, and after ${begin - healed} ms when it is over; all are there in ${took} ms`
          )
        )
        assert.isBelow(gap, longestGap, name)
        assert.isBelow(begin - healed, longestGap, name)
        yield* nextRun(workers, Date.now(), longestGap)
        yield* held(all, ids, `after ${name}`)
      }
      for (const { output } of workers) {
        assert.match((yield* output).stderr, /job\.done/, "a worker has never had a job")
      }
    }).pipe(Effect.scoped, Effect.provide(Parts)),
  timeout
)
