/** What people see of conversations, and how often names are asked for. */
import { Simulator } from "@effect-genesys/simulator/Simulator"
import { assert, describe, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as InProcess from "../support/InProcess.ts"

const simulator = Simulator.layer({
  conversationsPerHour: 10,
  clients: [
    { id: "all", secret: Redacted.make("secret") },
    {
      id: "some",
      secret: Redacted.make("secret"),
      permissions: ["analytics:conversationDetail:view", "directory:user:view"]
    }
  ]
})
const morning = ["conversations", "query", "--interval", "2025-11-03T00:00Z/2025-11-03T06:00Z"]
const day = ["conversations", "query", "--interval", "2025-11-03"]

const as = (client: string) =>
  Effect.map(InProcess.simulated, (env) => ({
    ...env,
    GENESYS_CLOUD_CLIENT_ID: client,
    GENESYS_CLOUD_CLIENT_SECRET: "secret"
  }))

const rowsOf = (csv: string) => csv.trimEnd().split("\r\n").slice(1)

describe("conversations", () => {
  layer(simulator, { excludeTestServices: true })((it) => {
    it.effect("are shown with the names of queue, agent and wrap-up code, each looked up once", () =>
      Effect.gen(function* () {
        const env = yield* as("all")
        const { apiRequests: before } = yield* (yield* Simulator).journal
        const { code, stderr, stdout } = yield* InProcess.run([...day, "--csv"], env)
        assert.deepStrictEqual([code, stderr], [0, ""])
        assert.match(stdout, /^conversationId,start,queue,agent,media,duration,wrapUp,direction\r\n/)
        const rows = rowsOf(stdout)
        assert.strictEqual(
          rows[2],
          'e5596b24-4b56-48a0-809c-da3d539013dc,2025-11-03T00:12:33.592Z,Sales,"Elena Evans, Farid Berg",voice,0:07:25,"Resolved, Escalated",inbound'
        )
        assert.isAbove(rows.length, 100)
        assert.isAtMost((yield* (yield* Simulator).journal).apiRequests - before, 20)
        const table = yield* InProcess.run(
          [...morning, "--limit", "1", "--output", "table", "--time-zone", "+05:30"],
          env
        )
        assert.match(table.stdout, /^CONVERSATIONID +START +QUEUE .*\nf3923d81\S+ {2}2025-11-03 05:31 {2}Retention /)
      })
    )

    it.effect("are shown with ids in place of names that may not be asked for", () =>
      Effect.gen(function* () {
        const { code, stdout } = yield* InProcess.run([...day, "--csv", "--limit", "1"], yield* as("some"))
        assert.strictEqual(code, 0)
        assert.match(
          rowsOf(stdout)[0]!,
          /^f3923d81\S+,\S+Z,[\da-f-]{36},Lucia Jansen,chat,0:04:55,[\da-f-]{36},inbound$/
        )
      })
    )

    it.effect("are what Genesys sent for programs, and so is one alone", () =>
      Effect.gen(function* () {
        const env = yield* as("all")
        const query = ["conversations", "query", "--interval", "2d", "--limit", "1"]
        const { stdout } = yield* InProcess.run(query, env)
        const row = JSON.parse(stdout)
        assert.notProperty(row, "queue")
        const one = yield* InProcess.run(["conversations", "get", row.conversationId], env)
        assert.deepStrictEqual(JSON.parse(one.stdout), row)
        const csv = yield* InProcess.run(["conversations", "get", row.conversationId, "--csv"], env)
        const looked = yield* InProcess.run([...query, "--csv"], env)
        assert.strictEqual(csv.stdout, looked.stdout)
      })
    )

    it.effect("of which there is none is told, and what is no id before anything is asked", () =>
      Effect.gen(function* () {
        const id = "00000000-0000-4000-8000-000000000001"
        const none = yield* InProcess.run(["conversations", "get", id], yield* as("all"))
        assert.strictEqual(none.code, 5)
        assert.include(none.stderr, `There is no conversation ${id}. Check the id, or find it with genesys conv`)
        assert.strictEqual((yield* InProcess.run(["conversations", "get", "1"])).code, 2)
      })
    )
  })
})
