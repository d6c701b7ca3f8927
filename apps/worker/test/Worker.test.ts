/** Whole jobs, from the settings to the rows, over HTTP. That of a worker's process is tested with `genesys-worker`. */
import { assert, it, layer } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import * as Database from "../../../packages/export/test/Database.ts"
import * as Day from "@effect-genesys/export/Day"
import { Postgres } from "../../../packages/export/test/Postgres.ts"
import * as World from "../../../packages/export/test/World.ts"
import * as Login from "../../cli/src/login/Login.ts"
import { Orgs } from "../src/Orgs.ts"
import { Profile } from "@effect-genesys/program/Profile"
import { Profiles } from "@effect-genesys/program/Profiles"
import { SecretStore } from "@effect-genesys/program/SecretStore"
import { Sinks } from "@effect-genesys/program/Sinks"
import { Worker } from "../src/Worker.ts"
import type * as WorkerSettings from "../src/settings/WorkerSettings.ts"
import * as WorkerSettingsFile from "../src/settings/WorkerSettingsFile.ts"
import * as Workers from "./support/Workers.ts"

const worker = Layer.fresh(Worker.layer.pipe(Layer.provide([Orgs.layer, Sinks.layer])))
/** As it stands in a file. */
type Written = typeof WorkerSettings.Written.Encoded

const once = (settings: Written) =>
  WorkerSettingsFile.parse("worker.json", JSON.stringify(settings)).pipe(
    Effect.flatMap((decoded) => Worker.use((service) => service.once(decoded))),
    Effect.provide(worker)
  )

layer(Postgres.layer, { excludeTestServices: true, timeout: 60_000 })("a job", ({ effect }) => {
  effect(
    "of conversations, for the org of a profile, fills a database",
    () =>
      Effect.gen(function* () {
        const database = yield* (yield* Postgres).database
        const simulator = yield* Simulator
        const since = Day.of(yield* simulator.now)
        yield* simulator.advanceClock(8 * 86_400)
        const settings: Written = {
          orgs: { acme: { profile: "acme" } },
          jobs: [
            {
              name: "a",
              kind: "conversations",
              org: "acme",
              every: "1h",
              since,
              sink: { postgres: "DATABASE_URL", schema: "contacts" }
            }
          ]
        }
        const login = Effect.gen(function* () {
          const { clientId, clientSecret, url } = simulator
          const secret = yield* SecretStore.use(({ put }) => put(clientSecret))
          const profile = new Profile({
            region: "eu-west-1",
            loginUrl: url,
            apiUrl: url,
            clientId,
            grant: "client_credentials",
            secret
          })
          yield* Profiles.use(({ put }) => put("acme", profile))
        })
        // Without the profile there is no client.
        const environment = Workers.environment({
          DATABASE_URL: database,
          GENESYS_CLOUD_CLIENT_ID: "",
          GENESYS_CLOUD_CLIENT_SECRET: "",
          GENESYS_CLOUD_LOGIN_URL: "",
          GENESYS_CLOUD_API_URL: ""
        })
        yield* Effect.andThen(Effect.provide(login, Login.layerProfiles), once(settings)).pipe(
          Effect.provide(environment)
        )
        const url = Redacted.make(database)
        const found = yield* Database.query(
          url,
          `SELECT conversation_id AS key, raw FROM contacts.conversations WHERE day = '${since}'`
        )
        assert.deepStrictEqual(new Map(found.map(({ key, raw }) => [String(key), raw])), yield* World.truth([since]))
        assert.isAbove(found.length, 0)
      }).pipe(Effect.provide(Simulator.layer({ conversationsPerHour: 4, jobQueueTime: 0, jobRunTime: 0 }))),
    60_000
  )
})

const people = (directory: string): Written => ({
  jobs: [{ name: "people", kind: "users", every: "1h", sink: { ndjson: directory } }]
})

it.live("says who may read its files; else nobody but this user does", () =>
  Effect.gen(function* () {
    for (const [access, folder, file] of [
      [undefined, 0o700, 0o600],
      ["group", 0o750, 0o640]
    ] as const) {
      const directory = `${Workers.folder()}/data`
      const sink = { ndjson: directory, ...(access === undefined ? {} : { access }) }
      yield* once({ jobs: [{ name: "people", kind: "users", every: "1h", sink }] })
      const modes = ["", "/users", "/users/users.ndjson", "/checkpoint.json"].map(
        (name) => statSync(directory + name).mode & 0o777
      )
      assert.deepStrictEqual(modes, [folder, folder, file, file])
    }
  }).pipe(Effect.provide(Workers.environment()), Effect.provide(Simulator.layer()))
)

it.live("of two workers on one directory, the second is refused with a line that says why", () =>
  Effect.gen(function* () {
    const settings = people(Workers.folder())
    yield* Simulator.use(({ addFault }) => addFault({ path: "/api/v2/users", delayMs: 300 }))
    const first = once(settings)
    const second = Effect.delay(Effect.flip(once(settings)), "150 millis")
    const [, error] = yield* Effect.all([first, second], { concurrency: 2 })
    assert.strictEqual(error._tag, "LockedError")
    assert.match(
      error.message,
      /^Another exporter \(process \d+ on [^)]+\) is at work on [^\n]+\. Stop it, or give [^\n]+$/
    )
    yield* once(settings)
  }).pipe(Effect.provide(Workers.environment()), Effect.provide(Simulator.layer()))
)

it.live("a job with a damaged checkpoint says what to do, overwrites nothing, and goes on once that is done", () =>
  Effect.gen(function* () {
    const directory = Workers.folder()
    const settings = people(directory)
    yield* once(settings)
    const rows = readFileSync(`${directory}/users/users.ndjson`, "utf8")
    const checkpoint = `${directory}/checkpoint.json`
    writeFileSync(checkpoint, '{"version":1,"parti')
    const error = yield* Effect.flip(once(settings))
    assert.strictEqual(error._tag, "CheckpointError")
    assert.match(error.message, /damaged, and nothing was exported, so that nothing is lost/)
    assert.strictEqual(readFileSync(`${directory}/users/users.ndjson`, "utf8"), rows)
    assert.strictEqual(readFileSync(checkpoint, "utf8"), '{"version":1,"parti')
    rmSync(checkpoint)
    yield* once(settings)
  }).pipe(Effect.provide(Workers.environment()), Effect.provide(Simulator.layer()))
)
