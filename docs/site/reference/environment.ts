/** Every variable of the environment, and what else can say the same. */
import * as Settings from "@effect-genesys/core/Settings"
import { cell, code, page, table } from "./markdown.ts"

const row = (rule: Settings.Rule) => [
  Settings.namesOf(rule).map(code).join(", "),
  cell(`${rule.names}${rule.secret ? " (a secret)" : ""}`),
  rule.programs.map(code).join(", "),
  Settings.fromDotEnv(rule),
  code(rule.flag ?? ""),
  rule.profile ? "yes" : "",
  code(rule.field ?? "")
]

export const environment = (): string =>
  page(
    "Environment",
    "the rules of `@effect-genesys/core/Settings`, by which the programs read them",
    "A flag counts before a variable, and a variable before a profile. What each means is in [Settings](../guide/settings.md); why a `.env` " +
      "may not bring some of them is in [Security](../../SECURITY.md#from-where-a-setting-may-come).",
    table(
      ["variable", "it names", "who reads it", "from a `.env`", "flag", "profile", "field of the settings file"],
      Settings.rules.map(row)
    )
  )
