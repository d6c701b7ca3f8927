/** The errors of a token manager that are not an answer of the login host. */
import * as Duration from "effect/Duration"
import { AuthenticationError, RateLimitError, type TokenError, UnavailableError } from "../TokenError.ts"

export const timeout = (host: string, after: Duration.Duration): UnavailableError =>
  new UnavailableError({
    reason: "Timeout",
    host,
    message: `${host} gave no token within ${Duration.format(after)}. Check the network and the login URL.`
  })

export const stillborn = (host: string): UnavailableError =>
  new UnavailableError({
    reason: "Timeout",
    host,
    message: `${host} took longer to issue a token than the token lives. Raise the token duration of the OAuth client.`
  })

export const unexpected = (host: string): UnavailableError =>
  new UnavailableError({
    reason: "InvalidResponse",
    host,
    message: `The request for a token from ${host} ended in a way that it should not: a defect of the token endpoint.`
  })

export const unproven = (host: string): UnavailableError =>
  new UnavailableError({
    reason: "Rejected",
    host,
    message:
      `The API refuses tokens that ${host} has just issued. ` +
      `Check that the login URL and the API URL belong to the same region; another token is asked for after a pause.`
  })

export const closed = (host: string): UnavailableError =>
  new UnavailableError({
    reason: "Closed",
    host,
    message: `The token manager for ${host} is closed, by close() or with its layer, and gives no more tokens.`
  })

/** Each exchange that ends so may leave a token behind. */
export const isUnusable = (error: TokenError): boolean =>
  error._tag === "UnavailableError" && error.reason === "UnusableToken"

/** The error that another process was given, told as what it is: not new. */
export const remembered = (error: TokenError, pause: number): TokenError => {
  const left = Duration.format(Duration.seconds(Math.ceil(pause / 1_000)))
  const again = ` This answer is remembered for another ${left}; a renewal asks again at once.`
  switch (error._tag) {
    case "AuthenticationError":
      return new AuthenticationError({
        code: error.code,
        description: error.description,
        region: error.region,
        message: `${error.message}${again}`
      })
    case "RateLimitError":
      return new RateLimitError({ source: error.source, message: error.message, retryAfter: Duration.millis(pause) })
    case "UnavailableError":
      return isUnusable(error)
        ? new UnavailableError({
            reason: error.reason,
            host: error.host,
            ...(error.status === undefined ? {} : { status: error.status }),
            message: `${error.message}${again}`
          })
        : error
  }
}
