/** Answers any call, through the full parser. */
import * as CommandLine from "@effect-genesys/program/CommandLine"
import { genesys } from "./commands/genesys.ts"
import * as Options from "./Options.ts"

CommandLine.run(genesys, Options.ofTree(genesys))
