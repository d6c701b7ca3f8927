/** Where a database is, and what is wrong with it, in words that have no password in them. */
import type * as PgClient from "@effect/sql-pg/PgClient"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Url from "./url.ts"

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
  [["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID"], "Renew its certificate, and check the clocks"]
]

const hasCode = Schema.decodeUnknownOption(Schema.Struct({ code: Schema.String }))

const withoutTls = /^The server does not support TLS$/

const todoOf = (error: Error): string | undefined =>
  withoutTls.test(error.message)
    ? "Nothing was sent. Turn it on (ssl = on in postgresql.conf), or reach the database on loopback, through a tunnel of your own"
    : Option.match(hasCode(error), {
        onNone: () => undefined,
        onSome: ({ code }) => advice.find(([codes]) => codes.includes(code))?.[1]
      })

/** What the driver says is only that it failed; why is in its cause, or in the cause of that. What to do follows, if that is known. */
export const reasonOf = (error: Error): string => {
  if (error.cause instanceof Error && error.cause.message !== "") return reasonOf(error.cause)
  const todo = todoOf(error)
  return todo === undefined ? error.message : `${error.message.replace(/\.$/, "")}. ${todo}`
}
