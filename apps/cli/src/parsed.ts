/** Answers any call, through the full parser. */
import * as CommandLine from "@effect-genesys/runtime/CommandLine"
import { genesys } from "./Genesys.ts"

CommandLine.run(genesys, { name: "genesys", logLevel: "Warn" })
