/** How moments, spans and counts are said, on the page and in a terminal. */
import type { JobProgress } from "../jobs/JobState.ts"

const units = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1]
] as const

/** In its two largest units: `2 h 5 min`. */
export const span = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds))
  const at = units.findIndex(([, size]) => whole >= size)
  if (at === -1) return "0 s"
  const [name, size] = units[at]!
  const next = units[at + 1]
  const rest = next === undefined ? 0 : Math.floor((whole % size) / next[1])
  return `${Math.floor(whole / size)} ${name}${next === undefined || rest === 0 ? "" : ` ${rest} ${next[0]}`}`
}

/** From one moment to another one, in seconds. */
export const between = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 1000

/** `in 5 min`, `2 h ago`. */
export const relative = (moment: string, now: string): string => {
  const seconds = between(now, moment)
  if (Math.abs(seconds) < 1) return "now"
  return seconds > 0 ? `in ${span(seconds)}` : `${span(-seconds)} ago`
}

const clock = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" })

/** As the clock of whoever looks shows it. */
export const local = (moment: string): string => clock.format(new Date(moment))

const numbers = new Intl.NumberFormat()

export const count = (value: number): string => numbers.format(value)

export const counted = (value: number, what: string): string => `${count(value)} ${what}${value === 1 ? "" : "s"}`

/** Seconds that the rest takes, if it goes on as it went; none while that cannot be said. */
export const timeLeft = (
  { unitsDue, unitsEnded }: JobProgress,
  since: string | undefined,
  now: string
): number | undefined =>
  since === undefined || unitsEnded === 0 || unitsEnded >= unitsDue
    ? undefined
    : (between(since, now) / unitsEnded) * (unitsDue - unitsEnded)
