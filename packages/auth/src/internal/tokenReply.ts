/** What a caller of a token manager gets that has come without finding a token. As `tokenTransition.ts`, it has no effect. */
import * as Exit from "effect/Exit"
import type { AccessToken } from "../AccessToken.ts"
import type { Policy } from "../RefreshPolicy.ts"
import type { TokenError } from "../TokenError.ts"
import * as Errors from "./managerErrors.ts"
import * as TokenState from "./tokenState.ts"

type State = TokenState.State
type Given = TokenState.Given

/** `Ask` for a token first; `Wait` for the exchange that is under way; `WaitAndSee` to what is due after a pause. */
export type Reply = Exit.Exit<AccessToken, TokenError> | "Ask" | "Wait" | "WaitAndSee"

/** @param patienceLeft milliseconds */
export const reply = ({ host, now, policy }: Omit<Given, "waiting">, state: State, patienceLeft: number): Reply => {
  if (state.closed) return Exit.fail(Errors.closed(host))
  if (TokenState.isUsable(state.held, now)) return state.held.exit
  if (state.attempt !== undefined) return "Wait"
  const pause = TokenState.pauseLeft(state, now, true)
  if (pause <= 0) return "Ask"
  if (state.refusal !== undefined) return Exit.fail(state.refusal)
  return pause > patienceLeft ? Exit.fail(lastError(state, policy, host)) : "WaitAndSee"
}

/** What a caller gets that waits no longer. */
export const lastReply = ({ host, now, policy }: Given, state: State): Exit.Exit<AccessToken, TokenError> =>
  TokenState.isUsable(state.held, now) ? state.held.exit : Exit.fail(lastError(state, policy, host))

export const lastError = ({ error }: Pick<State, "error">, { patience }: Policy, host: string): TokenError =>
  error ?? Errors.timeout(host, patience)
