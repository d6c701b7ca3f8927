/** How `genesys` runs its command tree. */
import type { CommandLineOptions } from "@effect-genesys/program/CommandLine"
import type * as Command from "effect/cli/Command"
import { expand } from "./config/Typed.ts"
import * as Remedies from "./remedies/Remedies.ts"

export const ofTree = (root: Command.Command.Any): CommandLineOptions => ({
  name: "genesys",
  logLevel: "Warn",
  expand: expand(root),
  remedy: Remedies.of
})
