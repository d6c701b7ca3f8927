/** A fleet that somebody has set up wrong: it goes on as far as it can, and says what is wrong. `PROVE=1` only. */
import { assert, layer } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Database from "../../../../packages/export/test/Database.ts"
import { Postgres } from "../../../../packages/export/test/Postgres.ts"
import { freePort } from "../../../../scripts/test/FreePort.ts"
import { asked, make, nextRun } from "../support/Fleet.ts"
import * as Process from "../support/Process.ts"

const isProof = process.env["PROVE"] !== undefined
const timeout = 120_000

const settings = (count: number) => ({
  http: { port: 0 },
  jobs: Array.from({ length: count }, (_, index) => ({
    name: `w${index}`,
    kind: "command",
    command: ["true"],
    every: "1s"
  }))
})
const place = Effect.map(freePort, (port) => ({ address: `127.0.0.1:${port}` }))

layer(Layer.merge(Simulator.layer(), Postgres.layer), { excludeTestServices: true, timeout })(
  "a fleet that is set up wrong",
  ({ effect }) => {
    effect.skipIf(!isProof)(
      "says of a job that only some of its workers know that nobody has it, and whose settings differ",
      () =>
        Effect.gen(function* () {
          const fleet = yield* make(settings(8))
          const knows = yield* fleet.start
          yield* nextRun([knows], Date.now(), 30_000, "w7")
          yield* fleet.startAt({ ...(yield* place), settings: settings(1) })
          yield* Effect.repeat(Effect.delay(asked(knows, "/status"), "500 millis"), {
            until: (text) => text.includes("No worker of the fleet has the job")
          }).pipe(Effect.timeout("30 seconds"))
          const metrics = yield* Effect.repeat(Effect.delay(asked(knows, "/metrics"), "500 millis"), {
            until: (text) => text.includes("\ngenesys_worker_fleet_other_settings 1\n")
          }).pipe(Effect.timeout("30 seconds"))
          assert.include(metrics, "genesys_worker_fleet_other_settings")
          const { stdout } = yield* Process.run("genesys-worker", ["cluster", "status"], {
            env: { GENESYS_WORKER_CLUSTER_URL: fleet.url }
          })
          assert.match(stdout, /^Other settings than the rest of their group: 127\.0\.0\.1:\d+\./m)
        }).pipe(Effect.scoped),
      timeout
    )

    effect.skipIf(!isProof)(
      "leaves the jobs where they are while a worker waits for the database, which takes no more connections",
      () =>
        Effect.gen(function* () {
          const { database } = yield* Postgres
          const owner = Redacted.make(yield* database)
          const say = (statement: string) => Database.query(owner, statement)
          const { name, url } = yield* Database.role(owner, "few_connections")
          yield* say(`ALTER DATABASE ${new URL(Redacted.value(url)).pathname.slice(1)} OWNER TO ${name}`)
          const env = { GENESYS_WORKER_CLUSTER_URL: Redacted.value(url) }
          const fleet = yield* make(settings(6), env)
          const there = yield* fleet.start
          yield* nextRun([there], Date.now(), 30_000, "w5")
          const [found] = yield* say(`SELECT count(*)::int AS count FROM pg_stat_activity WHERE usename = '${name}'`)
          yield* say(`ALTER ROLE ${name} CONNECTION LIMIT ${Number(found?.["count"])}`)
          const late = yield* fleet.startAt(yield* place)
          yield* late.until(/fleet\.database/)
          for (let index = 0; index < 6; index++) yield* nextRun([there], Date.now(), 5_000, `w${index}`)
          yield* say(`ALTER ROLE ${name} CONNECTION LIMIT -1`)
          yield* late.until(/worker\.started/)
        }).pipe(Effect.scoped),
      timeout
    )

    effect.skipIf(!isProof)(
      "ends the worker whose address another one has taken",
      () =>
        Effect.gen(function* () {
          const fleet = yield* make(settings(1))
          const first = yield* fleet.start
          yield* nextRun([first], Date.now(), 30_000, "w0")
          yield* Database.query(
            Redacted.make(fleet.url),
            "UPDATE genesys_fleet.worker SET process = 'another machine, which has the same address'"
          )
          const { code, stderr } = yield* first.ended
          assert.strictEqual(code, 2)
          assert.include(stderr, "Another worker of the fleet has come with the address of this one")
        }).pipe(Effect.scoped),
      timeout
    )
  }
)
