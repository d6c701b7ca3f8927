/**
 * Load on an HTTP server in another process: 50 connections of undici, each with one request at a time.
 */
import { Pool } from "@effect/platform-node/Undici"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type ChildProcess, fork } from "node:child_process"
import { fileURLToPath } from "node:url"

const connections = 50

export interface Request {
  readonly method: "GET" | "POST"
  readonly path: string
  readonly headers?: Record<string, string>
  readonly body?: string
}

export interface Server {
  readonly url: string
  readonly pool: Pool
  /** Bytes of memory (RSS) that its process holds now, and microseconds of processor time that it has had. */
  readonly usage: Effect.Effect<{ readonly rss: number; readonly cpu: number }>
}

const message = <A>(child: ChildProcess, schema: Schema.Codec<A, unknown>): Effect.Effect<A> =>
  Effect.callback<unknown>((resume) => {
    const stopped = (code: number | null) => resume(Effect.die(new Error(`The server stopped with exit code ${code}`)))
    child.once("exit", stopped)
    child.once("message", (said) => {
      child.off("exit", stopped)
      resume(Effect.succeed(said))
    })
  }).pipe(Effect.flatMap(Schema.decodeUnknownEffect(schema)), Effect.orDie)

/** Starts a server, a module of this package, in a process that stops with the scope. */
export const start = Effect.fnUntraced(function* (module: string, ...args: ReadonlyArray<string>) {
  const script = fileURLToPath(import.meta.resolve(module))
  const child = yield* Effect.acquireRelease(
    Effect.sync(() => fork(script, args)),
    (process) => Effect.sync(() => process.kill("SIGKILL"))
  )
  const { url } = yield* message(child, Schema.Struct({ url: Schema.String }))
  const pool = yield* Effect.acquireRelease(
    Effect.sync(() => new Pool(url, { connections })),
    (opened) => Effect.promise(() => opened.destroy())
  )
  const usage = Effect.suspend(() => {
    const answer = message(child, Schema.Struct({ rss: Schema.Number, cpu: Schema.Number }))
    child.send("usage")
    return answer
  })
  return { url, pool, usage } satisfies Server
})

/** One request; the body as text. Anything but a 200 is a defect. */
export const once = ({ pool }: Server, request: Request): Effect.Effect<string> =>
  Effect.promise(async () => {
    const { body, statusCode } = await pool.request(request)
    const text = await body.text()
    if (statusCode !== 200) throw new Error(`${request.path} answered ${statusCode}: ${text}`)
    return text
  })

/** The requests of so many milliseconds: how many in a second. Anything but a 200 is a defect. */
export const perSecond = (server: Server, request: Request, millis: number): Effect.Effect<number> =>
  Effect.map(run(server, request, millis), ({ answers, took }) => (answers * 1000) / took)

/** The same: microseconds of the server's processor time for each. */
export const cpuPerRequest = Effect.fnUntraced(function* (server: Server, request: Request, millis: number) {
  const before = yield* server.usage
  const { answers } = yield* run(server, request, millis)
  return ((yield* server.usage).cpu - before.cpu) / answers
})

const run = ({ pool }: Server, request: Request, millis: number) =>
  Effect.promise(async () => {
    const began = performance.now()
    let answers = 0
    const connection = async () => {
      while (performance.now() - began < millis) {
        const { body, statusCode } = await pool.request(request)
        await body.dump({ limit: Number.MAX_SAFE_INTEGER })
        if (statusCode !== 200) throw new Error(`${request.path} answered ${statusCode}`)
        answers++
      }
    }
    await Promise.all(Array.from({ length: connections }, connection))
    return { answers, took: performance.now() - began }
  })
