/** Where a database is, and what is wrong with it, in words that have no password in them. */
import type * as PgClient from "@effect/sql-pg/PgClient"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { unsafeCode } from "./internal/postgres/unverified.ts"
import * as Url from "./internal/postgres/url.ts"

/** As the settings of the client say, or its URL. */
export const placeOf = ({ url, ...given }: PgClient.PgClientConfig): string => {
  const read = url === undefined ? undefined : Result.getOrUndefined(Url.parse(Redacted.value(url)))
  const host = given.host ?? read?.host ?? "localhost"
  const port = given.port ?? read?.port
  const database = given.database ?? read?.database
  return `PostgreSQL at ${host}${port === undefined ? "" : `:${port}`}${database === undefined ? "" : `/${database}`}`
}

const advice: ReadonlyArray<readonly [codes: ReadonlyArray<string>, todo: string]> = [
  [
    [
      "DEPTH_ZERO_SELF_SIGNED_CERT",
      "SELF_SIGNED_CERT_IN_CHAIN",
      "UNABLE_TO_GET_ISSUER_CERT",
      "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      "CERT_SIGNATURE_FAILURE"
    ],
    "Nobody whom this program trusts has signed its certificate. If it is the right server, name the file of its authority: sslrootcert in the URL, ca of the sink, or PGSSLROOTCERT"
  ],
  [
    ["ERR_TLS_CERT_ALTNAME_INVALID"],
    "Name it in the URL as its certificate does. With an authority that signs for this database alone, sslmode=verify-ca does not ask for the name"
  ],
  [["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID"], "Renew its certificate, and check the clocks"],
  // What follows are SQLSTATEs: https://www.postgresql.org/docs/current/errcodes-appendix.html
  [["42501"], "Grant it: the README of @effect-genesys/export names the grants of a loader"],
  [["28P01"], "Check the user and the password of the URL"],
  [["28000"], "Let this user in from here (pg_hba.conf), or name another one"],
  [["3D000"], "Check the name of the database in the URL, or make it"],
  [
    ["42P01", "42703", "42P10", "42804", "3F000"],
    "Somebody has changed the tables: put them back as they were, or use another schema"
  ]
]

/** The classes of what passes: connections, conflicts, too little of something, locks, a server that starts or stops, its disk. */
const passing = new Set(["08", "40", "53", "55", "57", "58"])
/** Read-only is a server that has just become or is no more the second one; a database that is dropped stays so. */
const exceptions: Readonly<Record<string, boolean>> = { "25006": false, "57P04": true }
const sqlState = /^(?:[0-5]\d|F0|HV|P0|XX)[0-9A-Z]{3}$/

const hasCode = Schema.decodeUnknownOption(Schema.Struct({ code: Schema.String }))

const withoutTls = /^The server does not support TLS$/

const todoOf = (error: Error): string | undefined =>
  withoutTls.test(error.message)
    ? "Nothing was sent. Turn it on (ssl = on in postgresql.conf), or reach the database on loopback, through a tunnel of your own"
    : Option.match(hasCode(error), {
        onNone: () => undefined,
        onSome: ({ code }) => advice.find(([codes]) => codes.includes(code))?.[1]
      })

/** Whether somebody has to mend it, or it passes: what has no SQLSTATE and no advice is a connection that failed. */
export const isLasting = (error: Error): boolean => {
  if (error.cause instanceof Error && error.cause.message !== "") return isLasting(error.cause)
  const code = Option.getOrUndefined(Option.map(hasCode(error), (found) => found.code)) ?? ""
  if (sqlState.test(code)) return exceptions[code] ?? !passing.has(code.slice(0, 2))
  return code === unsafeCode || todoOf(error) !== undefined
}

/** What the driver says is only that it failed; why is in its cause, or in the cause of that. What to do follows, if that is known. */
export const reasonOf = (error: Error): string => {
  if (error.cause instanceof Error && error.cause.message !== "") return reasonOf(error.cause)
  const todo = todoOf(error)
  return todo === undefined ? error.message : `${error.message.replace(/\.$/, "")}. ${todo}`
}
