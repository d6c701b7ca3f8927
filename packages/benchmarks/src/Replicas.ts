/** Replicas of a fleet on this machine, as they were built, and what of them this machine's system tells: Linux only. */
import * as Effect from "effect/Effect"
import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { createServer } from "node:net"
import { fileURLToPath } from "node:url"

const program = fileURLToPath(
  import.meta.resolve("@effect-genesys/worker/package.json").replace("package.json", "bin/genesys-worker.cjs")
)

const freePort = Effect.callback<number>((resume) => {
  const server = createServer()
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    server.close(() => resume(Effect.succeed(typeof address === "object" ? (address?.port ?? 0) : 0)))
  })
})

export interface Replica {
  readonly child: ChildProcess
  readonly address: string
  readonly port: number
}

/** It is killed with the scope. What ends before that says why. */
export const start = Effect.fnUntraced(function* (file: string, env: NodeJS.ProcessEnv) {
  const port = yield* freePort
  const address = `127.0.0.1:${port}`
  const child = yield* Effect.acquireRelease(
    Effect.sync(() => {
      const replica = spawn(process.execPath, [program, "run", "--cluster", "--file", file], {
        env: { ...env, LOG_LEVEL: "Error", GENESYS_WORKER_CLUSTER_ADDRESS: address },
        stdio: ["ignore", "ignore", "pipe"]
      })
      let said = ""
      replica.stderr.setEncoding("utf8").on("data", (text: string) => (said = (said + text).slice(-2_000)))
      replica.once("exit", (code) => code !== null && process.stderr.write(`a replica ended with ${code}: ${said}\n`))
      return replica
    }),
    kill
  )
  return { child, address, port } satisfies Replica
})

export const kill = (child: ChildProcess) =>
  Effect.promise(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill("SIGKILL")
    await once(child, "exit")
  })

const mean = (numbers: ReadonlyArray<number>) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length

/** Of one, on average, in MB (RSS). */
export const memory = (replicas: ReadonlyArray<Replica>) =>
  mean(
    replicas.map(({ child }) => {
      const [, kb = "0"] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8")) ?? []
      return Number(kb) / 1024
    })
  )

/** Processor time that one has had, on average, in milliseconds: the system counts in hundredths of a second. */
export const processor = (replicas: ReadonlyArray<Replica>) =>
  mean(
    replicas.map(({ child }) => {
      const fields = readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? []
      return (Number(fields[11]) + Number(fields[12])) * 10
    })
  )

/** Messages that they have sent each other, as segments of TCP with data: requests and answers are small. `ss` counts them, if there is one. */
export const messages = (replicas: ReadonlyArray<Replica>): number => {
  const ports = new Set(replicas.map(({ port }) => port))
  try {
    return execFileSync("ss", ["-tinHO"], { encoding: "utf8" })
      .split("\n")
      .filter((line) => (line.match(/:\d+(?=\s)/g) ?? []).some((port) => ports.has(Number(port.slice(1)))))
      .reduce((sum, line) => sum + Number(/data_segs_out:(\d+)/.exec(line)?.[1] ?? 0), 0)
  } catch {
    return Number.NaN
  }
}
