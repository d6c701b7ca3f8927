/** `genesys-worker cluster status`, where there is no fleet to look at: it makes nothing, and waits for nothing. */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { mkdtempSync, writeFileSync } from "node:fs"
import { connect, createServer, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Database from "../../../../packages/export/test/Database.ts"
import { Postgres } from "../../../../packages/export/test/Postgres.ts"
import * as Process from "../support/Process.ts"
import { freePort } from "../../../../scripts/test/FreePort.ts"
import * as InProcess from "../support/InProcess.ts"

const status = (url: string) => InProcess.run(["cluster", "status"], { GENESYS_WORKER_CLUSTER_URL: url })

it.live("says that no worker has run there, and leaves the database as it is", () =>
  Effect.gen(function* () {
    const url = yield* (yield* Postgres).database
    const { code, error, stdout } = yield* status(url)
    assert.deepStrictEqual([code, stdout], [1, ""])
    assert.match(error ?? "", /There is no fleet in PostgreSQL at 127\.0\.0\.1.*Check the URL/)
    const found = yield* Database.query(
      Redacted.make(url),
      "SELECT 1 FROM pg_namespace WHERE nspname = 'genesys_fleet'"
    )
    assert.deepStrictEqual(found, [])
  }).pipe(Effect.provide(Postgres.layer))
)

it.live("says that the database cannot be reached, without its password", () =>
  Effect.gen(function* () {
    const { code, error, stderr } = yield* status(`postgres://worker:canary@127.0.0.1:${yield* freePort}/fleet`)
    assert.strictEqual(code, 1)
    assert.match(error ?? "", /PostgreSQL at 127\.0\.0\.1:\d+\/fleet cannot be used/)
    assert.notInclude(`${error}${stderr}`, "canary")
  })
)

it.live(
  "a worker that waits for the database of its fleet answers that it lives and is not ready, and ends when it is told to",
  () =>
    Effect.gen(function* () {
      const file = join(mkdtempSync(join(tmpdir(), "genesys-late-")), "worker.json")
      writeFileSync(
        file,
        JSON.stringify({ http: { port: 0 }, jobs: [{ name: "a", kind: "command", command: ["true"], every: "1h" }] })
      )
      const worker = yield* Process.start("genesys-worker", ["run", "--cluster", "--file", file], {
        env: {
          LOG_FORMAT: "json",
          GENESYS_WORKER_CLUSTER_URL: `postgres://worker:canary@127.0.0.1:${yield* freePort}/fleet`,
          GENESYS_WORKER_CLUSTER_ADDRESS: `127.0.0.1:${yield* freePort}`
        }
      })
      const { stderr } = yield* worker.until(/fleet\.database/)
      const url = /"url":"([^"]+)"/.exec(stderr)?.[1] ?? ""
      const ask = (path: string) =>
        Effect.promise(async () => {
          const response = await fetch(`${url}${path}`)
          return [response.status, await response.text()] as const
        })
      assert.deepStrictEqual(yield* ask("/healthz"), [200, "ok\n"])
      const [code, reasons] = yield* ask("/readyz")
      assert.strictEqual(code, 503)
      assert.include(reasons, "the worker is starting")
      assert.include((yield* ask("/status"))[1], `"state":"starting"`)
      assert.include((yield* ask("/metrics"))[1], "genesys_worker_build_info")
      yield* worker.signal("SIGTERM")
      assert.strictEqual((yield* worker.ended).code, 0)
    }).pipe(Effect.scoped)
)

/** Forwards to a server until it is told to be silent: then nothing goes either way, and nothing is closed. */
const silenceable = (to: number) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly port: number; readonly silence: () => void; readonly close: () => void }>((resume) => {
      const sockets: Array<Socket> = []
      let isSilent = false
      const server = createServer((socket) => {
        const other = connect(to, "127.0.0.1")
        for (const [from, into] of [
          [socket, other],
          [other, socket]
        ] as const) {
          sockets.push(from)
          from.on("error", () => {})
          from.on("data", (data) => void (isSilent || into.write(data)))
          from.on("close", () => void (isSilent || into.destroy()))
        }
      })
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = typeof address === "object" ? (address?.port ?? 0) : 0
        const close = () => {
          for (const socket of sockets) socket.destroy()
          server.close()
        }
        resume(Effect.succeed({ port, silence: () => void (isSilent = true), close }))
      })
    }),
    ({ close }) => Effect.sync(close)
  )

it.live.skipIf(process.env["PROVE"] === undefined)(
  "a worker whose database is silent ends all the same when it is told to",
  () =>
    Effect.gen(function* () {
      const url = new URL(yield* (yield* Postgres).database)
      const proxy = yield* silenceable(Number(url.port))
      url.port = String(proxy.port)
      const file = join(mkdtempSync(join(tmpdir(), "genesys-silent-")), "worker.json")
      const job = { name: "a", kind: "command", command: ["true"], every: "1s" }
      writeFileSync(file, JSON.stringify({ drain: "60s", jobs: [job] }))
      const worker = yield* Process.start("genesys-worker", ["run", "--cluster", "--file", file], {
        env: {
          GENESYS_CLOUD_CLIENT_ID: "b0ced89c-86b0-4e88-b56e-36cb03e509d1",
          GENESYS_CLOUD_CLIENT_SECRET: "secret",
          GENESYS_CLOUD_LOGIN_URL: "http://127.0.0.1:9",
          GENESYS_CLOUD_API_URL: "http://127.0.0.1:9",
          LOG_FORMAT: "json",
          GENESYS_WORKER_CLUSTER_URL: url.href,
          GENESYS_WORKER_CLUSTER_ADDRESS: `127.0.0.1:${yield* freePort}`
        }
      })
      yield* worker.until(/job\.started/)
      proxy.silence()
      yield* Effect.sleep("1 second")
      const toldAt = Date.now()
      yield* worker.signal("SIGTERM")
      const { code, stderr } = yield* worker.ended
      assert.strictEqual(code, 0)
      assert.include(stderr, "worker.cut-off")
      assert.isBelow(Date.now() - toldAt, 20_000)
    }).pipe(Effect.scoped, Effect.provide(Postgres.layer)),
  120_000
)
