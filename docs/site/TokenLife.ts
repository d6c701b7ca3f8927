/** What becomes of a token at each moment of its life, for the picture: told by the functions of the token manager itself. */
import type { Policy } from "@effect-genesys/auth/RefreshPolicy"
import * as Timing from "../../packages/auth/src/internal/timing.ts"

/** All in milliseconds of the token's life. */
export interface Story {
  readonly life: number
  /** Where in its window the renewal falls, 0 to 1: 0 is the latest. */
  readonly draw: number
  /** For how long the login host is down, from the moment on at which the renewal is due. */
  readonly outage: number
}

export interface Moments {
  /** Between these the renewal is drawn. */
  readonly earliest: number
  readonly latest: number
  /** Each request for the next token. */
  readonly requests: ReadonlyArray<number>
  /** The one of them that brings it. */
  readonly renewed: number
  /** From then on it counts as gone. */
  readonly gone: number
}

/** Pauses are shortened at random; here by half of the most. */
const random = 0.5

/** When what happens. Nobody waits while the token is good, and afterwards everybody does. */
export const moments = (policy: Policy, { draw, life, outage }: Story): Moments => {
  const due = Timing.renewAfter(policy, life, draw)
  const gone = Timing.usableFor(policy, life)
  const requests = [due]
  for (let at = due; at < due + outage;) {
    const longest = at < gone ? policy.backoffMax : policy.backoffWaitingMax
    at += Timing.backoff(policy, requests.length, random, longest)
    requests.push(at)
  }
  return {
    earliest: Timing.renewAfter(policy, life, 1),
    latest: Timing.renewAfter(policy, life, 0),
    requests,
    renewed: requests.at(-1) ?? due,
    gone
  }
}

export type State = "good" | "window" | "failing" | "renewed" | "waiting"

/** What a caller gets who asks at this moment. */
export const stateAt = ({ earliest, gone, renewed, requests }: Moments, time: number): State => {
  if (time >= renewed) return "renewed"
  if (time >= gone) return "waiting"
  if (time >= (requests[0] ?? renewed)) return "failing"
  return time >= earliest ? "window" : "good"
}

/** The same in a sentence. */
export const sentences: Readonly<Record<State, string>> = {
  good: "Callers get the token from memory. Nothing is asked.",
  window: "Callers get the token. Its renewal may fall at any moment now, drawn at random.",
  failing: "The login host is down. Callers still get the token, and a new one is asked for again and again.",
  renewed: "Callers get the next token. Nobody has waited for it, if it came in time.",
  waiting: "The token counts as gone. Callers wait, each as long as its patience lasts, and get the last error then."
}

const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000]
] as const

/** The two largest units of a time. */
export const timeText = (millis: number): string => {
  let rest = Math.round(millis / 1_000) * 1_000
  const parts: Array<string> = []
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0) parts.push(`${count} ${unit}`)
  }
  return parts.length === 0 ? "0 s" : parts.slice(0, 2).join(" ")
}
