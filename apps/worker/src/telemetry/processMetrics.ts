/** What a process tells of itself, by the names that all who look at metrics know. */
import * as PresentGauge from "@effect-genesys/core/PresentGauge"
import { version } from "@effect-genesys/program/Version"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import { readdirSync, readFileSync } from "node:fs"

const gauge = (name: string, description: string) => Metric.gauge(name, { description })

const buildInfo = gauge(
  "genesys_worker_build_info",
  "Always 1; the labels tell which version runs, on which version of Node"
)
const cpu = Metric.counter("process_cpu_seconds_total", {
  description: "Time of processors that this process has used",
  incremental: true
})
const startTime = gauge("process_start_time_seconds", "When this process started, in seconds since 1970")
const memory = gauge("process_resident_memory_bytes", "Memory of this process that is in use")
const heap = gauge("process_heap_bytes", "Memory that JavaScript has taken")
const openFiles = gauge("process_open_fds", "Files and connections that are open")
const mostFiles = gauge("process_max_fds", "Files and connections that may be open at most")

const startedAt = Date.now() / 1000 - process.uptime()

const cpuSeconds = () => {
  const { system, user } = process.cpuUsage()
  return (system + user) / 1_000_000
}

/** Of Linux; other systems do not tell. */
const openOf = (): number | undefined => {
  try {
    // One of them is that of the question.
    return readdirSync("/proc/self/fd").length - 1
  } catch {
    return undefined
  }
}

const mostOf = (): number | undefined => {
  try {
    const [, soft = ""] = /^Max open files\s+(\S+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? []
    return soft === "unlimited" ? Number.POSITIVE_INFINITY : soft === "" ? undefined : Number(soft)
  } catch {
    return undefined
  }
}

/** For as long as the layer is there. */
export const layer: Layer.Layer<never> = Layer.effectDiscard(
  Effect.contextWith((context: Context.Context<never>) => {
    const present = (one: Metric.Gauge<number>, value: () => number) => PresentGauge.register(one, context, value)
    const ifTold = (one: Metric.Gauge<number>, value: () => number | undefined) =>
      value() === undefined ? [] : [present(one, () => value() ?? 0)]
    return Effect.acquireRelease(
      Effect.sync(() => [
        present(Metric.withAttributes(buildInfo, { version, node: process.versions.node }), () => 1),
        PresentGauge.registerTotal(cpu, context, cpuSeconds),
        present(startTime, () => startedAt),
        present(memory, () => process.memoryUsage.rss()),
        present(heap, () => process.memoryUsage().heapUsed),
        ...ifTold(openFiles, openOf),
        ...ifTold(mostFiles, mostOf)
      ]),
      (registered) => Effect.sync(() => registered.forEach(({ remove }) => remove()))
    )
  })
)
