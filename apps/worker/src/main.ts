import * as CommandLine from "@effect-genesys/runtime/CommandLine"
import { genesysWorker } from "./GenesysWorker.ts"

CommandLine.run(genesysWorker, { name: "genesys-worker", logLevel: "Info", maybeService: true })
