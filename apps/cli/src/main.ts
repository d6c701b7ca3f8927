import * as CommandLine from "@effect-genesys/runtime/CommandLine"
import { genesys } from "./Genesys.ts"

CommandLine.run(genesys, { name: "genesys", logLevel: "Warn" })
