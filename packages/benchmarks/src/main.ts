/** Runs the benchmark that is named, or all but the long ones. They are no tests: the exit code says nothing of the targets. */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { clientLoad } from "./ClientLoad.ts"
import { exportDay } from "./ExportDay.ts"
import { fleetGrowth } from "./FleetGrowth.ts"
import { coldHerd } from "./Herd.ts"
import { numbers } from "./Numbers.ts"
import { promise } from "./PromiseFace.ts"
import { read } from "./Read.ts"
import { simulatorLoad } from "./SimulatorLoad.ts"
import { size } from "./Size.ts"
import { start } from "./Start.ts"
import { worker } from "./Worker.ts"

const benchmarks = new Map([
  ["read", read],
  ["herd", coldHerd],
  ["promise", promise],
  ["simulator", simulatorLoad],
  ["client", clientLoad],
  ["start", start],
  ["worker", worker],
  ["size", size],
  ["numbers", numbers],
  ["export", exportDay],
  ["fleet", fleetGrowth]
])

/** They take a quarter of an hour each. */
const onlyByName = new Set(["export", "fleet"])

const names = process.argv.slice(2)
const unknown = names.filter((name) => !benchmarks.has(name))

const main =
  unknown.length > 0
    ? Console.error(`There is no benchmark ${unknown.join(", ")}. There are: ${[...benchmarks.keys()].join(", ")}.`)
    : Effect.forEach(
        [...benchmarks].filter(([name]) => (names.length === 0 ? !onlyByName.has(name) : names.includes(name))),
        ([, benchmark]) => benchmark,
        { discard: true }
      )

NodeRuntime.runMain(main)
