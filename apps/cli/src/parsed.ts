/** Answers any call, through the full parser. */
import * as CommandLine from "@effect-genesys/program/CommandLine"
import { genesys } from "./commands/genesys.ts"

CommandLine.run(genesys, { name: "genesys", logLevel: "Warn" })
