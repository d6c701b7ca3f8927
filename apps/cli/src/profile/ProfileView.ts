/** Profiles for people and programs. The secret is never among what is shown: it is not even read. */
import type { Place } from "@effect-genesys/program/Profile"
import { Profiles } from "@effect-genesys/program/Profiles"
import * as TerminalText from "@effect-genesys/program/TerminalText"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Table from "../output/Table.ts"

export interface Shown {
  readonly name: string
  readonly default: boolean
  readonly region: string
  readonly loginUrl?: string
  readonly apiUrl?: string
  readonly clientId: string
  readonly grant: string
  /** Where the secret is; `none` after a logout. */
  readonly secret: Place | "none"
}

export const of = Effect.fnUntraced(function* (name: string) {
  const profiles = yield* Profiles
  const { apiUrl, clientId, grant, loginUrl, region, secret } = yield* profiles.get(name)
  return {
    name,
    default: Option.contains(yield* profiles.default, name),
    region,
    ...(loginUrl === undefined ? {} : { loginUrl }),
    ...(apiUrl === undefined ? {} : { apiUrl }),
    clientId,
    grant,
    secret: secret?.in ?? "none"
  } satisfies Shown
})

const places: Record<Shown["secret"], string> = {
  keyring: "in the system's keyring",
  file: "in an encrypted file, with its key in a file beside it: whoever can read both has it",
  none: "none; log in again with genesys login"
}

const grants: Record<string, string> = { client_credentials: "client credentials", web: "login in the browser" }

export const lines = (shown: Shown, file: string): string =>
  [
    ["profile", `${shown.name}${shown.default ? " (default)" : ""}`],
    ["region", shown.region],
    ["login URL", shown.loginUrl],
    ["API URL", shown.apiUrl],
    ["client id", shown.clientId],
    ["grant", grants[shown.grant]],
    ["secret", places[shown.secret]],
    ["file", file]
  ]
    .filter(([, value]) => value !== undefined)
    .map(([name = "", value = ""]) => `${name.padEnd(10)} ${TerminalText.line(value)}`)
    .join("\n")

export const table = (rows: ReadonlyArray<Shown>): TerminalText.Parts => {
  const sample = rows.map((row) => [row.default ? "*" : "", row.name, row.region, row.clientId, row.grant, row.secret])
  const names = ["", "name", "region", "client id", "grant", "secret"]
  const { header, row } = Table.make({ names, sample, width: undefined, colour: false })
  return [...header, ...sample.map(row)]
}
