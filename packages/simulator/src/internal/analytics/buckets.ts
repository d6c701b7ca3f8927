/**
 * The spans that an interval is cut into: of equal length, or days, weeks and months as a calendar has them, which daylight saving makes
 * shorter or longer. The first begins with the interval, and the last ends with it.
 */
import { type Grain, grain } from "../../api/Granularity.ts"

/** How far a time zone is ahead of UTC at a moment, in milliseconds. */
const offsets = (timeZone: string) => {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric"
  })
  return (at: number): number => {
    const found = new Map(parts.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
    const of = (name: Intl.DateTimeFormatPartTypes) => found.get(name) ?? 0
    const local = Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second"))
    return local - Math.floor(at / 1000) * 1000
  }
}

/** The moment that many days and months later, at the same time of the day. */
const later = (from: number, { days, months }: Grain, times: number, offset: (at: number) => number): number => {
  const local = new Date(from + offset(from))
  const moved = Date.UTC(
    local.getUTCFullYear(),
    local.getUTCMonth() + months * times,
    local.getUTCDate() + days * times,
    local.getUTCHours(),
    local.getUTCMinutes(),
    local.getUTCSeconds(),
    local.getUTCMilliseconds()
  )
  // The offset of the other day may be another one.
  const guess = moved - offset(moved)
  return moved - offset(guess)
}

/** The beginnings of the spans, and the end of the last one: milliseconds since 1970. */
export const make = (from: number, to: number, granularity?: string, timeZone = "UTC"): ReadonlyArray<number> => {
  const size = granularity === undefined ? undefined : grain(granularity)
  if (size === undefined) return [from, to]
  const offset = offsets(timeZone)
  const begins: Array<number> = []
  for (let times = 0; ; times++) {
    const begin = size.millis > 0 ? from + size.millis * times : later(from, size, times, offset)
    if (begin >= to) return [...begins, to]
    begins.push(begin)
  }
}

/** The place of the span that a moment is in; the moment is in one of them. */
export const placeOf = (bounds: ReadonlyArray<number>, at: number): number => {
  let [low, high] = [0, bounds.length - 1]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (bounds[middle]! <= at) low = middle
    else high = middle
  }
  return low
}
