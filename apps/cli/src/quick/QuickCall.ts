/**
 * Tells the calls that are answered without the full parser, which alone takes longer to load than they take to answer.
 * Whatever is not known for certain is for the parser.
 */

import { settingNames } from "@effect-genesys/core/Settings"
import * as ShellStub from "../completions/ShellStub.ts"

export type QuickCall = "version" | "token" | "completions"

const switches = new Set(["--header", "--json"])
const settings = new Set(["--min-life", "--profile", "--region"])

/** The flags of `genesys token`, each at most once; none if the parser must look at them. */
export const tokenFlags = (args: ReadonlyArray<string>): ReadonlyMap<string, string> | undefined => {
  const found = new Map<string, string>()
  for (let index = 0; index < args.length; index++) {
    const name = args[index]!
    const value = switches.has(name) ? "" : settings.has(name) ? args[++index] : undefined
    if (value === undefined || value.startsWith("-") || found.has(name)) return undefined
    found.set(name, value)
  }
  return found.has("--header") && found.has("--json") ? undefined : found
}

/** A mistake in one of them is the parser's to tell, and what is to be logged is its to log. */
const logs = [settingNames.logFormat, settingNames.logLevel]

export const quickCall = (args: ReadonlyArray<string>): QuickCall | undefined => {
  const [first, ...rest] = args
  if (logs.some((name) => process.env[name] !== undefined)) return undefined
  if (first === "token") {
    const flags = tokenFlags(rest)
    // For a terminal, JSON is set out in lines.
    return flags === undefined || (flags.has("--json") && process.stdout.isTTY) ? undefined : "token"
  }
  if (first === "completions")
    return rest.length === 1 && ShellStub.of(rest[0]!) !== undefined ? "completions" : undefined
  return first === "--version" && rest.length === 0 ? "version" : undefined
}
