/**
 * What a program makes of SIGINT, SIGTERM and SIGHUP: while it is not known whether it is a command, which a closed terminal ends
 * too, or a service, which reads its settings again, they wait. A process has one such state, as it has one of each signal.
 */
import type { EventEmitter } from "node:events"
import { exitCodes } from "./ExitCode.ts"

/** A signal that a program takes itself. */
export type Signal = "SIGHUP" | "SIGINT" | "SIGTERM"

const signals = ["SIGHUP", "SIGINT", "SIGTERM"] as const

/** A bin file that keeps what comes before anything is loaded hands it over when this event is emitted, and all that follows. */
const handOver = "effect-genesys:signals"

let kind: "undecided" | "command" | "service" = "undecided"
/** How often it was told to end. */
let stops = 0
let stop = () => {}
/** SIGHUP has come, and nobody has dealt with it. */
let isHungUp = false
let onHangup: (() => void) | undefined

/** What it exits with if it is told to end: a service that was, and does, has not failed. */
export const interrupted = (): number => (kind === "service" ? exitCodes.done : exitCodes.interrupted)

/** Whether it was told to stop. */
export const wasStopped = (): boolean => stops > 0

const hangUp = () => {
  isHungUp = onHangup === undefined
  onHangup?.()
}

const receive = (signal: Signal) => {
  if (signal === "SIGHUP" && kind !== "command") return hangUp()
  // The first one ends the program in good order, a second one at once.
  if (++stops > 1) process.exit(interrupted())
  if (kind !== "undecided") stop()
}

/** Says what the program is. What has come before counts now. */
export const decide = (what: "command" | "service"): void => {
  kind = what
  if (stops > 0) return stop()
  if (what === "command" && isHungUp) receive("SIGHUP")
}

/** From now on, signals are the program's. */
export const listen = (end: () => void): void => {
  stop = end
  const events: EventEmitter = process
  if (events.emit(handOver, receive)) return
  for (const signal of signals) process.on(signal, () => receive(signal))
}

/**
 * Runs what keeps everything else from running, and may never end: meanwhile a signal ends the process as it would end one that knows
 * nothing of signals.
 */
export const endingAtOnce = <A>(run: () => A): A => {
  const kept = signals.flatMap((signal) => process.listeners(signal).map((listener) => ({ signal, listener })))
  for (const { listener, signal } of kept) process.off(signal, listener)
  try {
    return run()
  } finally {
    for (const { listener, signal } of kept) process.on(signal, listener)
  }
}

/** What a service does about SIGHUP; at once, if one has come before. */
export const handleHangups = (handler: (() => void) | undefined): void => {
  onHangup = handler
  if (handler !== undefined && isHungUp) hangUp()
}
