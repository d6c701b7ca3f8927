/** The dates of requests: ISO 8601, and only days that exist. What JavaScript makes of a 30th of February is another day. */
const shape = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/
/** It says its zone, or is a date alone, which JavaScript reads as UTC. */
const zoned = /^[^T]*(?:T.*(?:Z|[+-]\d\d:?\d\d))?$/

const exists = (day: string) => {
  const millis = Date.parse(day)
  return !Number.isNaN(millis) && new Date(millis).toISOString().startsWith(day)
}

/** Milliseconds since 1970; without a zone it is in UTC. NaN if there is no such date. */
export const parse = (date = ""): number => {
  const day = shape.exec(date)?.[1]
  return day !== undefined && exists(day) ? Date.parse(zoned.test(date) ? date : `${date}Z`) : Number.NaN
}
