/**
 * `PROVE=1`: three processes, a real PostgreSQL between them, and a simulator over HTTP whose journal counts their calls: ten minutes at
 * the 300 calls a minute of Genesys, then the keeper is killed, one is stopped for a while, and PostgreSQL is; the figures are printed.
 * In each test run `Sharing.test.ts` and `SharedRateLimit.test.ts` have replicas in one process, and `fleet.program.test.ts` three processes.
 */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { spawn, type ChildProcess } from "node:child_process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import * as Bundled from "../../../scripts/test/Bundled.ts"
import { OwnServer, Postgres } from "../../export/test/Postgres.ts"
import { freePort } from "../../../scripts/test/FreePort.ts"

const isProof = process.env["PROVE"] !== undefined
const program = fileURLToPath(new URL("programs/replica.ts", import.meta.url))
const say = (text: string) => Effect.sync(() => void process.stderr.write(`${text}\n`))

const decodeToken = Schema.decodeUnknownSync(Schema.Struct({ access_token: Schema.RedactedFromValue(Schema.String) }))
const decodeReport = Schema.decodeUnknownSync(
  Schema.fromJsonString(Schema.Struct({ calls: Schema.Int, keeps: Schema.Boolean }))
)

/** A token, once, for all of them. */
const mint = Effect.gen(function* () {
  const { clientId, clientSecret, url } = yield* Simulator
  return yield* Effect.promise(async () => {
    const response = await fetch(`${url}/oauth/token`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${clientId}:${Redacted.value(clientSecret)}`)}` },
      body: new URLSearchParams({ grant_type: "client_credentials" })
    })
    return decodeToken(await response.json()).access_token
  })
})

interface Replica {
  readonly child: ChildProcess
  last: { readonly calls: number; readonly keeps: boolean }
  readonly warnings: Array<string>
}

const start = Effect.fnUntraced(function* (database: string, token: Redacted.Redacted) {
  const { url } = yield* Simulator
  const port = yield* freePort
  const command = yield* Effect.promise(() => Bundled.program(program))
  const made = Effect.sync((): Replica => {
    const child = spawn(process.execPath, command, {
      stdio: ["pipe", "pipe", "pipe"],
      env: {
        PATH: process.env["PATH"],
        NODE_COMPILE_CACHE: Bundled.compiled(),
        REPLICA_HOST: url,
        REPLICA_DATABASE: database,
        REPLICA_TOKEN: Redacted.value(token),
        REPLICA_PORT: String(port)
      }
    })
    const replica: Replica = { child, last: { calls: 0, keeps: false }, warnings: [] }
    createInterface({ input: child.stdout }).on("line", (line) => {
      // What is logged is text.
      if (line.startsWith("{")) replica.last = decodeReport(line)
      else replica.warnings.push(line)
    })
    child.stderr.setEncoding("utf8").on("data", (text: string) => replica.warnings.push(text))
    return replica
  })
  return yield* Effect.acquireRelease(made, ({ child }) => Effect.sync(() => child.kill("SIGKILL")))
})

const callers = ({ child }: Replica, count: number) => Effect.sync(() => void child.stdin?.write(`${count}\n`))

const until = (what: string, is: () => boolean, patience = 60_000) =>
  Effect.repeat(Effect.delay(Effect.sync(is), "50 millis"), { until: (yes) => yes }).pipe(
    Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.die(`it took too long until ${what}`) })
  )

/** Moments of the calls that were answered so far. */
const moments = Effect.map(
  Simulator.use(({ journal }) => journal),
  ({ answers, requests }) => ({
    refused: answers["429"] ?? 0,
    calls: requests.filter(({ path, status }) => path.startsWith("/api/") && status === 200).map(({ time }) => time)
  })
)

/** The most that came within a minute, wherever it begins. */
const mostInAMinute = (calls: ReadonlyArray<number>) => {
  let most = 0
  let first = 0
  for (let last = 0; last < calls.length; last++) {
    while (calls[last]! - calls[first]! >= 60_000) first++
    most = Math.max(most, last - first + 1)
  }
  return most
}

const Parts = Layer.merge(Postgres.layerOwn, Simulator.layer({ journalSize: 50_000 }))

describe("three processes that share a token", () => {
  it.live.skipIf(!isProof)(
    "use 95 % of it, for ten minutes, and are not refused whatever is killed",
    () =>
      Effect.gen(function* () {
        const postgres = yield* OwnServer
        const database = yield* (yield* Postgres).database
        const token = yield* mint
        const replicas = yield* Effect.all(
          Array.from({ length: 3 }, () => start(database, token)),
          { concurrency: 3 }
        )
        yield* until("one keeps the budget", () => replicas.some(({ last }) => last.keeps))
        for (const replica of replicas) yield* callers(replica, 20)
        yield* until("all have called", () => replicas.every(({ last }) => last.calls > 0))

        const sample = Effect.fnUntraced(function* (seconds: number, what: string) {
          const before = (yield* moments).calls.length
          const each = replicas.map(({ last }) => last.calls)
          yield* Effect.sleep(seconds * 1_000)
          const after = yield* moments
          const calls = after.calls.length - before
          const shares = replicas.map(({ last }, index) => last.calls - each[index]!)
          yield* say(
            `${what}: ${calls} calls in ${seconds} s, ${((calls / seconds / 5) * 100).toFixed(1)} %, each ${shares.join(", ")}; ` +
              `${after.refused} refused, at most ${mostInAMinute(after.calls)} in any minute`
          )
          return { calls, shares, refused: after.refused }
        })

        yield* sample(60, "the first minute")
        const { calls, refused, shares } = yield* sample(600, "ten minutes")
        assert.strictEqual(refused, 0)
        assert.isAtLeast(calls, 3_000 * 0.95)
        assert.isAtMost(mostInAMinute((yield* moments).calls), 300)
        for (const share of shares) assert.approximately(share / calls, 1 / 3, 0.05)

        yield* callers(replicas[2]!, 0)
        yield* sample(5, "one has no callers any more")
        const two = yield* sample(60, "after that")
        assert.isAtLeast(two.calls, 285)
        yield* callers(replicas[2]!, 20)
        yield* sample(5, "it has them again")
        yield* sample(60, "after that")

        yield* postgres.stop
        yield* sample(30, "PostgreSQL is down")
        yield* postgres.start
        yield* sample(30, "it is back")
        yield* sample(60, "after that")

        const keeper = replicas.find(({ last }) => last.keeps)!
        keeper.child.kill("SIGSTOP")
        yield* sample(20, "the keeper is stopped")
        keeper.child.kill("SIGCONT")
        yield* sample(20, "it goes on")
        yield* sample(60, "after that")

        const next = replicas.find(({ last }) => last.keeps)!
        next.child.kill("SIGKILL")
        yield* sample(20, "the keeper is killed")
        yield* sample(60, "after that")
        for (const { warnings } of replicas) yield* say(warnings.join("\n"))
        assert.strictEqual((yield* moments).refused, 0)
        assert.isAtMost(mostInAMinute((yield* moments).calls), 300)
      }).pipe(Effect.scoped, Effect.provide(Parts)),
    1_500_000
  )
})
