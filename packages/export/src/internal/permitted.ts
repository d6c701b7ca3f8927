/** Names the permission where Genesys refuses a call and names none. */
import { PermissionError } from "@effect-genesys/client/GenesysError"

export const named =
  (permissions: ReadonlyArray<string>) =>
  <E>(error: E): E | PermissionError => {
    if (!(error instanceof PermissionError) || error.permissions.length > 0 || permissions.length === 0) return error
    const message = `${error.message} The permission that it needs is ${permissions.join(" or ")}.`
    return new PermissionError({ api: error.api, details: error.details, permissions, message })
  }
