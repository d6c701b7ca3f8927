/** One check of the doctor, and what it found. */
import type { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import type { GenesysError } from "@effect-genesys/client/GenesysError"
import type { ClockError } from "./CommonErrors.ts"

export type CheckError = GenesysError | ConfigurationError | ClockError

/** In the order in which they are made. */
export type CheckName =
  | "credentials"
  | "hosts"
  | "network"
  | "name of the login host"
  | "name of the API host"
  | "login host"
  | "API host"
  | "clock"
  | "login"
  | "other regions"
  | "token"
  | "call"
  | "find users"
  | "query conversations"
  | "rate limit"

export type Check =
  | { readonly check: CheckName; readonly state: "ok"; readonly detail: string }
  /** It was not made; the detail says why. */
  | { readonly check: CheckName; readonly state: "skipped"; readonly detail: string }
  | { readonly check: CheckName; readonly state: "failed"; readonly detail: string; readonly error: CheckError }

export const ok = (check: CheckName, detail: string): Check => ({ check, state: "ok", detail })
export const skipped = (check: CheckName, detail: string): Check => ({ check, state: "skipped", detail })
export const failed = (check: CheckName, error: CheckError): Check => ({
  check,
  state: "failed",
  detail: error.message,
  error
})
