/** Where a database is, and what is wrong with it, in words that have no password in them. */
import type * as PgClient from "@effect/sql-pg/PgClient"
import * as Redacted from "effect/Redacted"

const fromUrl = (url: Redacted.Redacted) => {
  if (!URL.canParse(Redacted.value(url))) return {}
  const { hostname, pathname, port } = new URL(Redacted.value(url))
  return { host: hostname, port, database: pathname.slice(1) }
}

/** As the settings of the client say, or its URL. */
export const placeOf = ({ url, ...given }: PgClient.PgClientConfig): string => {
  const { database = "", host = "", port = "" } = url === undefined ? given : fromUrl(url)
  const at = `${host === "" ? "localhost" : host}${port === "" ? "" : `:${port}`}`
  return `PostgreSQL at ${at}${database === "" ? "" : `/${database}`}`
}

/** What the driver says is only that it failed; why is in its cause, or in the cause of that. */
export const reasonOf = (error: Error): string =>
  error.cause instanceof Error && error.cause.message !== "" ? reasonOf(error.cause) : error.message
