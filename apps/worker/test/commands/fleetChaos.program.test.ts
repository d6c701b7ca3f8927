/**
 * A fleet to which one thing after the other happens: a worker is killed, or stopped for long and goes on, or joins; the database or the login host
 * is gone for a while; the secret of a client is another one, and is told later. After each, each job has one runner, nobody else has run it, and the
 * sink holds what Genesys has, which has changed meanwhile. `PROVE=1`: a hundred times, in each test run one of each of five kinds.
 */
import { assert, layer } from "@effect/vitest"
import * as Day from "@effect-genesys/export/Day"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { OwnServer, Postgres } from "../../../../packages/export/test/Postgres.ts"
import * as SecretFile from "../support/SecretFile.ts"
import { allRuns, failedRuns, held, make, nextRun, others, settled, there, type Worker } from "../support/Fleet.ts"
import * as Truth from "../support/Truth.ts"

const isProof = process.env["PROVE"] !== undefined
const rounds = isProof ? 100 : 5
const timeout = rounds * 90_000
const since = Day.of(Date.now() - (isProof ? 4 : 1) * 86_400_000)
const every = isProof ? "1s" : "2s"

/** In milliseconds: from what happens to the begin of the next run that is done. */
const longestGap = 15_000
/** What is gone is gone for so long. */
const outage = isProof ? 10_000 : 4_000
/** In seconds: so much time passes at Genesys before each round, so that users and conversations change. */
const step = 3_600

/** The first one is the default, whose secret stays. */
const clients = [
  { id: "other", secret: Redacted.make("other-secret") },
  { id: "fleet", secret: Redacted.make("fleet-secret") }
] as const

/** Nothing of a day changes later than three hours after its end. */
const world = Simulator.layer({
  clients,
  users: 40,
  conversationsPerHour: isProof ? 12 : 6,
  longestConversation: 7_200,
  lateWrapUps: 0,
  nightlyRewrites: 0,
  dataLag: 0,
  dataLagStep: 1,
  jobQueueTime: 0,
  jobRunTime: 1,
  rateLimit: "off",
  mintLimit: "off"
})

const secretFile = SecretFile.make()

/** Those of the client whose secret changes, which write to one sink and so are in one place; and one of another client. */
const rotated = ["people", "calls"]
const jobs = [...rotated, "other"]
const settings = (url: string) => ({
  http: { port: 0 },
  orgs: { fleet: { loginUrl: url, apiUrl: url, clientIdEnv: "FLEET_ID", clientSecretFile: secretFile.file } },
  jobs: [
    { name: "people", kind: "users", org: "fleet", expand: ["presence"], every, sink: { postgres: "DATABASE" } },
    {
      name: "calls",
      kind: "conversations",
      org: "fleet",
      since,
      again: "3h",
      every,
      sink: { postgres: "DATABASE" }
    },
    { name: "other", kind: "watch", every }
  ]
})

interface World {
  readonly round: number
  readonly workers: ReadonlyArray<Worker>
  /** Who had the jobs of the sink last. */
  readonly owner: Worker
  readonly start: Effect.Effect<Worker, unknown, Scope.Scope>
}

const kill = ({ pid }: Worker, signal: "SIGKILL" | "SIGSTOP" | "SIGCONT") =>
  Effect.sync(() => process.kill(pid, signal))

/** Answers who is there afterwards. */
type Happening = (
  world: World
) => Effect.Effect<ReadonlyArray<Worker>, unknown, OwnServer | Postgres | Simulator | Scope.Scope>

const happenings: Readonly<Record<string, Happening>> = {
  "kill -9 of the owner": ({ owner, start, workers }) =>
    Effect.gen(function* () {
      yield* kill(owner, "SIGKILL")
      return [...others(workers, owner), yield* start]
    }),
  "the owner is stopped, and goes on when another one has its jobs": ({ owner, workers }) =>
    Effect.gen(function* () {
      const at = Date.now()
      yield* kill(owner, "SIGSTOP")
      const { begin } = yield* nextRun(others(workers, owner), at, 30_000)
      assert.isBelow(begin - at, longestGap)
      yield* kill(owner, "SIGCONT")
      return workers
    }),
  "the database is gone": ({ workers }) =>
    Effect.gen(function* () {
      const postgres = yield* OwnServer
      yield* postgres.stop
      yield* Effect.sleep(outage)
      yield* postgres.start
      return workers
    }),
  "the login host is down, and a token is refused": ({ workers }) =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      yield* simulator.addFault({ path: "/oauth/token", status: 503 })
      yield* simulator.revokeTokens
      yield* Effect.sleep(outage / 2)
      yield* simulator.clearFaults
      return workers
    }),
  "the secret is rotated, the tokens of its client die, and the file has the new one later": ({ round, workers }) =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const secret = `fleet-secret-${round}`
      const at = Date.now()
      yield* simulator.clearJournal
      yield* simulator.updateClient("fleet", { state: "disabled" })
      yield* simulator.updateClient("fleet", { state: "active", secret: Redacted.make(secret) })
      // The next run of a job is refused, when it has begun: on a busy machine that takes its time.
      const refused = Effect.map(simulator.journal, ({ requests }) =>
        requests.some(({ path, status = 0 }) => path === "/oauth/token" && status >= 400)
      )
      yield* Effect.repeat(Effect.delay(refused, "100 millis"), {
        until: (isRefused) => isRefused || Date.now() - at > longestGap
      })
      assert.isTrue(yield* refused, "nobody was refused")
      yield* Effect.sleep("2 seconds")
      for (const job of rotated) {
        const runs = yield* allRuns(workers, job)
        assert.isBelow(runs.at(-1)!.begin - at, 1_000, `${job} goes on with a token that is dead`)
      }
      yield* secretFile.write(secret)
      yield* nextRun(workers, Date.now(), longestGap)
      assert.isEmpty((yield* failedRuns(workers, "other")).filter(({ end }) => end > at))
      const begins = (yield* allRuns(workers, "other")).map(({ begin }) => begin).filter((begin) => begin > at)
      for (const [index, begin] of begins.entries()) {
        assert.isBelow(begin - (begins[index - 1] ?? at), 5_000, "the job of another client has waited")
      }
      return workers
    }),
  "a worker joins, and another one is told to stop": ({ owner, start, workers }) =>
    Effect.gen(function* () {
      const joined = yield* start
      yield* owner.signal("SIGTERM")
      // It has 20 seconds for what runs. Its log tells what keeps one that goes on.
      const { code } = yield* owner.ended.pipe(
        Effect.timeout("30 seconds"),
        Effect.tapError(() => Effect.map(owner.output, ({ stderr }) => console.error(stderr.slice(-20_000))))
      )
      assert.strictEqual(code, 0)
      return [...others(workers, owner), joined]
    })
}

/** No run of these jobs begins before the one before it has ended, whoever had it. What the other job does is not fenced by a sink. */
const oneAtATime = Effect.fnUntraced(function* (all: ReadonlyArray<Worker>, what: string) {
  for (const job of rotated) {
    const runs = yield* allRuns(all, job)
    for (const [index, run] of runs.entries()) {
      const before = runs[index - 1]
      if (before !== undefined) assert.isAtMost(before.end, run.begin + 1, `two of ${job} at a time: ${what}`)
    }
  }
})

/** All of them are there, and each job is led by one of them. */
const oneHolder = Effect.fnUntraced(function* (workers: ReadonlyArray<Worker>, what: string) {
  yield* isProof ? settled(workers) : there(workers)
  const names = Effect.map(held(workers), (found) =>
    found
      .map(({ name }) => name)
      .toSorted()
      .join()
  )
  const expected = jobs.toSorted().join()
  const begun = Date.now()
  let seen = yield* names
  // They are asked one after the other, between which a job may move.
  while (seen !== expected && Date.now() - begun < longestGap) seen = yield* Effect.delay(names, "200 millis")
  assert.strictEqual(seen, expected, `the workers that hold a job: ${what}`)
})

/** All jobs go on soon, and then the sink holds what Genesys has: what it had before they did, and has still. */
const goesOn = Effect.fnUntraced(function* (url: Redacted.Redacted, workers: ReadonlyArray<Worker>, what: string) {
  const over = Date.now()
  const before = yield* Truth.read(since)
  const at = Date.now()
  for (const job of jobs) {
    const { begin } = yield* nextRun(workers, at, longestGap + 10_000, job)
    assert.isBelow(begin - over, longestGap, `${job}: ${what}`)
  }
  const { conversations, truth, users } = yield* Truth.differences(url, since, before)
  assert.deepStrictEqual(users, Truth.isRight, `users: ${what}`)
  assert.deepStrictEqual(conversations, Truth.isRight, `conversations: ${what}`)
  return truth
})

/** Who has done the last run. */
const ownerOf = (workers: ReadonlyArray<Worker>) => Effect.map(allRuns(workers), (runs) => runs.at(-1)!.worker)

layer(Layer.merge(world, Postgres.layerOwn), { excludeTestServices: true, timeout })("a fleet", ({ effect }) => {
  effect(
    "has one runner for each job, and all of its data, whatever happens",
    () =>
      Effect.gen(function* () {
        const simulator = yield* Simulator
        yield* secretFile.write("fleet-secret")
        const { start, url } = yield* make(settings(simulator.url), { FLEET_ID: "fleet" })
        const sink = Redacted.make(url)
        const all: Array<Worker> = []
        const another = Effect.tap(start, (worker) => Effect.sync(() => all.push(worker)))
        const begun = Date.now()
        // The first one that is killed is followed by another one.
        let workers: ReadonlyArray<Worker> = yield* Effect.all(
          isProof ? [another, another, another] : [another, another],
          {
            concurrency: 3
          }
        )
        yield* there(workers)
        yield* nextRun(workers, begun, 60_000, "calls")
        yield* oneHolder(workers, "at first")
        const first = yield* Truth.read(since)
        let known = first
        const names = Object.keys(happenings)
        for (let round = 0; round < rounds; round++) {
          const name = names[round % names.length]!
          const what = `${name}, round ${round}`
          const owner = yield* ownerOf(workers)
          yield* simulator.advanceClock(step)
          workers = yield* happenings[name]!({ round, workers, owner, start: another })
          const now = yield* goesOn(sink, workers, what)
          yield* oneHolder(workers, what)
          yield* oneAtATime(all, what)
          // At some hours of the day no user comes or goes.
          const changed = [
            ...[...now.users].filter(([id, row]) => known.users.get(id) !== row),
            ...[...now.conversations].filter(([id, row]) => known.conversations.get(id) !== row)
          ]
          assert.isNotEmpty(changed, "nothing has changed, which tells nothing")
          known = now
        }
        assert.isAbove(known.conversations.size, first.conversations.size)
      }).pipe(Effect.scoped),
    timeout
  )
})
