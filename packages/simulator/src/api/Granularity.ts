/** The grain of aggregates: an ISO 8601 duration such as `PT30M`, `PT1H`, `P1D`, `P1W` or `P1M`, and the time zone of its days. */
import * as Schema from "effect/Schema"

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

const shape = /^P(?:(\d{1,3})([DWM])|T(\d{1,4})([HM]))$/

/** How long a span of aggregates is. At most one of the three is not 0. */
export interface Grain {
  /** Of days and months, which are as long as they are in their time zone. */
  readonly days: number
  readonly months: number
  /** Of hours and minutes. */
  readonly millis: number
}

/** Undefined for what is none. */
export const grain = (text: string): Grain | undefined => {
  const [, count = "0", unit, times = "0", part] = shape.exec(text) ?? []
  if (unit === "M") return { days: 0, months: Number(count), millis: 0 }
  if (unit !== undefined) return { days: Number(count) * (unit === "W" ? 7 : 1), months: 0, millis: 0 }
  return part === undefined ? undefined : { days: 0, months: 0, millis: Number(times) * (part === "H" ? hour : minute) }
}

/** At least this much, and a multiple of it. */
const least = 15 * minute

/** Whether it is shorter than a day of 24 hours. */
export const isBelowADay = ({ days, millis, months }: Grain): boolean => days === 0 && months === 0 && millis < day

/** The text of a grain. Below a day it is a quarter of an hour or a multiple of it. */
export const Granularity = Schema.String.check(
  Schema.makeFilter((text: string) => {
    const found = grain(text)
    if (found === undefined) return "Expected an ISO-8601 duration such as PT30M, PT1H or P1D"
    const { days, millis, months } = found
    if (days + months > 0) return undefined
    return (millis >= least && millis % least === 0) || "Expected PT15M or a multiple of it"
  })
)

const isZone = (name: string) => {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: name }).resolvedOptions().timeZone !== ""
  } catch {
    return false
  }
}

/** Such as `Europe/Berlin`. */
export const TimeZone = Schema.String.check(
  Schema.makeFilter((name: string) => isZone(name) || "Expected a time zone such as Europe/Berlin")
)
