/** The sink does what each sink must do, and holds an export of a simulated org exactly. */
import type { Layout } from "@effect-genesys/export/Layout"
import { SinkSuite } from "@effect-genesys/export/testing"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { execFile } from "node:child_process"
import { mkdtempSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { promisify } from "node:util"
import * as SqliteSink from "./SqliteSink.ts"

const place = Effect.sync((): SinkSuite.LastingPlace => {
  const file = join(mkdtempSync(join(tmpdir(), "sqlite-sink-")), "export.db")
  const ask = <A>(use: (database: DatabaseSync) => A) =>
    Effect.sync(() => {
      const database = new DatabaseSync(file)
      try {
        return use(database)
      } finally {
        database.close()
      }
    })
  const select = (sql: string, { name }: Layout) =>
    ask((database) => database.prepare(`SELECT ${sql} FROM rows WHERE kind = ?`).all(name))
  return {
    layer: SqliteSink.layer(file),
    rows: (kind) =>
      Effect.map(
        select("key, value", kind),
        (rows) => new Map(rows.map(({ key, value }) => [String(key), JSON.parse(String(value))]))
      ),
    deleted: (kind) =>
      Effect.map(
        select("key, deleted_at", kind),
        (rows) =>
          new Map(rows.flatMap(({ key, deleted_at: at }) => (at === null ? [] : [[String(key), Number(at)] as const])))
      ),
    corrupt: ask((database) => database.exec(`UPDATE checkpoint SET entry = '{"asOf": 5}'`)),
    mend: ask((database) => database.exec("DELETE FROM checkpoint"))
  }
})

describe("what each sink must do, and one that lasts", () => {
  for (const { name, run } of SinkSuite.lastingCases(place)) it.live(name, () => run, 60_000)
})

/** The program, in a process of its own. */
const run = Effect.fnUntraced(function* (since: string, file: string) {
  const { clientId, clientSecret, url } = yield* Simulator
  const env = {
    PATH: process.env["PATH"],
    GENESYS_CLOUD_LOGIN_URL: url,
    GENESYS_CLOUD_API_URL: url,
    GENESYS_CLOUD_CLIENT_ID: clientId,
    GENESYS_CLOUD_CLIENT_SECRET: Redacted.value(clientSecret)
  }
  const args = ["main.ts", since, file]
  const { stdout } = yield* Effect.promise(() =>
    promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname, env, timeout: 60_000 })
  )
  return stdout
})

it.live("an export that runs again holds each conversation of a day once, as Genesys has it", () =>
  Effect.gen(function* () {
    const { advanceClock, now, truth } = yield* Simulator
    const file = join(mkdtempSync(join(tmpdir(), "sqlite-export-")), "export.db")
    const day = new Date(yield* now).toISOString().slice(0, 10)
    yield* advanceClock(30 * 3_600)
    assert.match(yield* run(day, file), /^[1-9]\d* conversations, 20 users\n$/)
    // Conversations go on and end meanwhile, and a token has ended.
    yield* advanceClock(3 * 86_400)
    yield* run(day, file)
    assert.strictEqual(statSync(file).mode & 0o777, 0o600)
    const wanted = new Map<string, unknown>()
    yield* Stream.runForEach(truth(day), (row) => Effect.sync(() => wanted.set(row.conversationId, row)))
    const database = new DatabaseSync(file, { readOnly: true })
    const rows = database.prepare("SELECT key, value FROM rows WHERE kind = 'conversations'").all()
    database.close()
    const found = new Map<string, unknown>(rows.map(({ key, value }) => [String(key), JSON.parse(String(value))]))
    assert.strictEqual(found.size, rows.length)
    const ofDay = new Map([...found].filter(([, value]) => String(Object(value).conversationStart).startsWith(day)))
    assert.isAbove(wanted.size, 20)
    assert.deepStrictEqual(ofDay, new Map([...wanted].map(([key, value]) => [key, JSON.parse(JSON.stringify(value))])))
  }).pipe(
    Effect.provide(
      Simulator.layer({
        users: 20,
        conversationsPerHour: 2,
        jobQueueTime: 0.02,
        jobRunTime: 0.05,
        rateLimit: { limit: 1_000_000 }
      })
    )
  )
)
