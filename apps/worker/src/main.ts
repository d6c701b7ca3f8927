import * as CommandLine from "@effect-genesys/runtime/CommandLine"
import { genesysWorker } from "./GenesysWorker.ts"

// A service that is told to stop, and does, has not failed.
CommandLine.run(genesysWorker, { name: "genesys-worker", logLevel: "Info", interrupted: 0 })
