/**
 * A moment as `2026-11-23T20:30:00.000Z`, as `Date` writes it but several times faster: a page of conversations has thousands.
 */
const day = 24 * 60 * 60 * 1000
const two = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, "0"))
const three = Array.from({ length: 1000 }, (_, number) => String(number).padStart(3, "0"))

let lastDay = Number.NaN
let date = ""

/** Of milliseconds since 1970, also before it. */
export const iso = (millis: number): string => {
  const number = Math.floor(millis / day)
  if (number !== lastDay) {
    lastDay = number
    date = new Date(number * day).toISOString().slice(0, -13)
  }
  const rest = Math.floor(millis - number * day)
  const seconds = Math.floor(rest / 1000)
  const minutes = Math.floor(seconds / 60)
  return `${date}${two[Math.floor(minutes / 60)]}:${two[minutes % 60]}:${two[seconds % 60]}.${three[rest % 1000]}Z`
}
