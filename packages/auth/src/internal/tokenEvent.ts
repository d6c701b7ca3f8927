/** What happens to a token manager, and what is to be done about it: the words between `tokenTransition.ts` and `tokenMachine.ts`. */
import type * as Exit from "effect/Exit"
import type { AccessToken } from "../AccessToken.ts"
import type { Grant } from "../Grant.ts"
import type { TokenError } from "../TokenError.ts"
import type { TokenStatus } from "../TokenStatus.ts"
import type { Acquired, Issued } from "./acquire.ts"

/** What happens, with a number that was drawn for it: from 0, below 1. */
export type Event =
  /** Somebody needs a token that is not there. @param force ask the login host, whatever the store says */
  | { readonly _tag: "Asked"; readonly force: boolean }
  /** Somebody has begun to wait. */
  | { readonly _tag: "Waiting" }
  | (Acquired & { readonly attempt: number; readonly random: number })
  /** Another process has put a token into the store. @param source what the program was given when it was looked for */
  | (Omit<Issued, "_tag"> & { readonly _tag: "Found"; readonly source: Grant; readonly random: number })
  | { readonly _tag: "Rejected"; readonly token: AccessToken; readonly random: number }
  /** The credentials have changed, or may have. */
  | { readonly _tag: "Changed"; readonly grant: Grant }
  | { readonly _tag: "Closed" }

/** What is to be done, in this order. */
export type Command =
  | { readonly _tag: "Tell"; readonly status: TokenStatus }
  /** Look again in so many milliseconds at the latest. */
  | { readonly _tag: "Wait"; readonly millis: number }
  /** Makes an exchange. @param replaces one that still runs, whose outcome this one's is then */
  | {
      readonly _tag: "Exchange"
      readonly attempt: number
      readonly replaces: number | undefined
      readonly force: boolean
    }
  /** Gives the outcome of an exchange to whoever waits for it, and looks at each caller. */
  | {
      readonly _tag: "Answer"
      readonly attempt: number | undefined
      readonly exit: Exit.Exit<AccessToken, TokenError>
    }
  | Report

/** A line of the log, and metrics. */
export type Report =
  | { readonly _tag: "ReportIssued"; readonly token: AccessToken; readonly previousLeft: number }
  | {
      readonly _tag: "ReportFailed"
      readonly error: TokenError
      readonly nextAttempt: number
      readonly serving: boolean
    }
  | { readonly _tag: "ReportRejected"; readonly token: AccessToken }
  | { readonly _tag: "ReportChanged"; readonly generation: number }
