/**
 * What people see when something is wrong, what it means and what to do: a table of the pages, which `genesys doctor` reads
 * to them.
 */
import type { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import type { GenesysError } from "@effect-genesys/client/GenesysError"
import * as Schema from "effect/Schema"

export interface CommonError {
  /** As it stands in the table. */
  readonly name: string
  readonly means: string
  readonly todo: string
}

/** The clock of this machine and that of Genesys Cloud tell different times. */
export class ClockError extends Schema.TaggedError<ClockError>("@effect-genesys/cli/ClockError")("ClockError", {
  message: Schema.String,
  /** Above zero if this machine is ahead. */
  aheadSeconds: Schema.Finite
}) {}

export const commonErrors = {
  authentication: {
    name: "`AuthenticationError`",
    means: "The login host refuses the credentials. A wrong region answers exactly like a wrong secret.",
    todo:
      "Check the client id and secret, the region, that the OAuth client is enabled and that its grant type is Client " +
      "Credentials. `genesys doctor --try-regions` finds a wrong region."
  },
  rateLimit: {
    name: "`RateLimitError`",
    means:
      "Too many calls (Genesys allows 300 a minute for each token), a daily limit, or too many requests for a token.",
    todo: "Calls wait by themselves when Genesys asks for at most 180 s. Make fewer calls. Share the token between processes."
  },
  status400: {
    name: "status 400 on a token request",
    means:
      "Genesys uses 400 for refused credentials and for its rate limit on tokens. The tag of the error says which it is.",
    todo: "For `AuthenticationError`, see its row. For `RateLimitError`, wait a minute, and share the token between processes."
  },
  unauthorized: {
    name: "`UnauthorizedError`",
    means: "The API answers 401 to a token that was just issued.",
    todo: "Check that login URL and API URL belong to the same region."
  },
  permission: {
    name: "`PermissionError`",
    means: "403: no role of the OAuth client has the permission. A new token would not help, so none is asked for.",
    todo: "Give the permission that the message names to a role of the client."
  },
  unavailable: {
    name: "`UnavailableError`",
    means: "No usable answer: the network, a proxy, or Genesys itself. The message names the host.",
    todo: "Check the host. Hosts follow from the region, such as `api.mypurecloud.de`; some tutorials name hosts that do not exist."
  },
  unreachable: {
    name: "`UnavailableError`: cannot be reached",
    means: "The name is not known, nobody listens there, or the encryption fails. The message says which.",
    todo: "Check the URL, `HTTPS_PROXY`, and `GENESYS_CLOUD_CA_FILE` if a proxy of your company opens the encryption."
  },
  invalidResponse: {
    name: "`UnavailableError`: an answer that is not OAuth, or not JSON",
    means: "Something else answers: the login page of a proxy, or another server at that URL.",
    todo: "Open the URL in a browser on the same machine, and check the URL and the proxy."
  },
  configuration: {
    name: "`ConfigurationError`",
    means: "A setting is missing or malformed.",
    todo: "The message names the setting and says what it should look like."
  },
  clock: {
    name: "the clock is wrong",
    means:
      "Certificates may count as expired, and intervals that end now may lie in the future for Genesys. Tokens are not " +
      "affected.",
    todo: "Turn on the time synchronisation of the machine (`timedatectl set-ntp true` on Linux)."
  }
} as const satisfies Record<string, CommonError>

/** The row of the table that is about an error. */
export const ofError = (error: GenesysError | ConfigurationError | ClockError): CommonError => {
  switch (error._tag) {
    case "AuthenticationError":
      return commonErrors.authentication
    case "RateLimitError":
      return error.source === "login" ? commonErrors.status400 : commonErrors.rateLimit
    case "UnauthorizedError":
      return commonErrors.unauthorized
    case "PermissionError":
      return commonErrors.permission
    case "ConfigurationError":
      return commonErrors.configuration
    case "ClockError":
      return commonErrors.clock
    case "UnavailableError":
      if (error.reason === "Connection") return commonErrors.unreachable
      return error.reason === "InvalidResponse" ? commonErrors.invalidResponse : commonErrors.unavailable
    // Genesys knows these calls: whoever does not is something else.
    default:
      return commonErrors.invalidResponse
  }
}
