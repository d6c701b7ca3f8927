/** How the demo shows what happens: one line for each event, with the seconds since the start. */
import * as Streams from "@effect-genesys/program/Streams"
import * as TerminalText from "@effect-genesys/program/TerminalText"
import * as TerminalCapabilities from "effect/cli/TerminalCapabilities"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { WorkerEvent } from "./WorkerLog.ts"

type Colour = "green" | "yellow" | "red" | "blue" | "grey"
const styles: Record<Colour, TerminalText.Sequence> = {
  green: TerminalText.style(32),
  yellow: TerminalText.style(33),
  red: TerminalText.style(31),
  blue: TerminalText.style(34),
  grey: TerminalText.style(90)
}

export class Screen extends Context.Service<
  Screen,
  {
    /** One line: who does what. */
    readonly line: (colour: Colour, who: string, what: string) => Effect.Effect<void>
    readonly event: (event: WorkerEvent) => Effect.Effect<void>
  }
>()("@effect-genesys/cli/demo/Screen") {
  static readonly layer = Layer.effect(
    Screen,
    Effect.gen(function* () {
      const start = yield* Clock.currentTimeMillis
      const { canColor } = yield* TerminalCapabilities.TerminalCapabilities
      const line = (colour: Colour, who: string, what: string) =>
        Effect.flatMap(Clock.currentTimeMillis, (now) => {
          const time = `${((now - start) / 1000).toFixed(1).padStart(5)} s`
          const text = TerminalText.line(`${who.padEnd(9)}  ${what}`)
          return canColor
            ? Streams.write(`${time}  `, styles[colour], text, TerminalText.unstyled, "\n")
            : Streams.write(`${time}  ${text}\n`)
        })
      return Screen.of({ line, event: (event) => line(...describe(event)) })
    })
  )
}

const describe = (event: WorkerEvent): [Colour, string, string] => {
  switch (event.event) {
    case "worker.started":
      return ["blue", "worker", `started; it makes two calls every ${event.intervalSeconds} s`]
    case "token.issued":
      return ["green", "token", `issued: ${event.fingerprint}, good for ${event.expiresInSeconds} s`]
    case "token.renewed":
      return [
        "green",
        "token",
        `renewed ahead of time: ${event.fingerprint}, good for ${event.expiresInSeconds} s; ` +
          `the old one had ${event.previousSecondsLeft ?? 0} s left`
      ]
    case "token.failed":
      return ["yellow", "token", `not renewed (${event.reason}); next attempt in ${event.nextAttemptInSeconds} s`]
    case "token.rejected":
      return ["yellow", "token", `the API answered 401: ${event.fingerprint} is dropped, another one is asked for`]
    case "token.status":
      return [
        "grey",
        "status",
        event.fingerprint === undefined
          ? "no token yet; the first call asks for one"
          : `token ${event.fingerprint}: ${event.state}, ${event.secondsLeft.toFixed(1)} s left`
      ]
    case "call.done":
      return ["grey", "call", `${event.operation}: ${event.result}, in ${event.tookMillis} ms`]
    case "call.failed":
      return ["red", "call", `${event.operation} FAILED: ${event.error}: ${event.reason}`]
    case "watch.stopped":
      return ["blue", "worker", "stopped"]
  }
}
