import * as CommandLine from "@effect-genesys/program/CommandLine"
import { genesysWorker } from "./commands/genesysWorker.ts"

CommandLine.run(genesysWorker, { name: "genesys-worker", logLevel: "Info", maybeService: true })
