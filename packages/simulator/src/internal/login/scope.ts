/**
 * Which scopes a token gets: those that were asked for, else all that the client has. One that the client does not have is
 * refused.
 */
import type { Client } from "./clients.ts"

/** Undefined if one of them is not allowed. An empty list means that nothing is restricted. */
export const granted = (asked: string | undefined, allowed: Client["scopes"]): ReadonlyArray<string> | undefined => {
  const scopes = (asked ?? "").split(" ").filter((scope) => scope !== "")
  if (scopes.length === 0) return allowed ?? []
  return allowed === undefined || scopes.every((scope) => allowed.includes(scope)) ? scopes : undefined
}
