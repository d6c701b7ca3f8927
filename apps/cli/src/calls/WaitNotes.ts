/** Tells of waits, a line each, on a terminal alone: a program that waits and says nothing looks like one that hangs. */
import type { Wait } from "@effect-genesys/client/Waiting"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Streams from "@effect-genesys/program/Streams"
import * as TerminalText from "@effect-genesys/program/TerminalText"

const seconds = (millis: number) => Duration.format(Duration.seconds(Math.ceil(millis / 1_000)))

/** What is told of a wait. */
export const describe = ({ cause, millis, reason }: Wait): string => {
  const why = cause === undefined ? "" : ` ${cause}`
  const span = millis === undefined ? "" : ` ${seconds(millis)}`
  switch (reason) {
    case "Turn":
      return `Waiting${span} for the rate limit: the calls that Genesys Cloud allows in a minute are used up.${why}`
    case "Token":
      return `Waiting${span} for a token.${why}`
    case "Again":
      return `Waiting${span}, then trying again.${why}`
  }
}

/** Nothing where no terminal shows it. Calls that wait at the same time, for the same thing, are told of once. */
export const make: Effect.Effect<((wait: Wait) => void) | undefined> = Effect.clockWith((clock) => {
  if (!process.stderr.isTTY) return Effect.undefined
  const toldUntil = new Map<string, number>()
  return Effect.succeed((wait) => {
    const now = clock.currentTimeMillisUnsafe()
    const key = `${wait.reason} ${wait.cause ?? ""}`
    if ((toldUntil.get(key) ?? 0) > now) return
    toldUntil.set(key, now + (wait.millis ?? 10_000))
    // The line of a progress goes on below.
    Streams.tell(TerminalText.toLineStart, TerminalText.clearLine, `${describe(wait)}\n`)
  })
})
