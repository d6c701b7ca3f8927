/** What a cron expression of a settings file means: whether its day ever comes, and how often in the hour that comes twice. */
import * as Cron from "effect/Cron"
import * as Result from "effect/Result"

/** In a leap year. */
const lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Whether some month that is meant has a day that is meant. */
const isInCalendar = ({ days, months }: Cron.Cron): boolean =>
  lengths.some(
    (length, index) => (months.size === 0 || months.has(index + 1)) && [...days].some((day) => day <= length)
  )

/** `Cron.next` searches in 10,000 steps: for centuries, but where a rare day must be a certain weekday, too. */
const isFound = (cron: Cron.Cron): boolean => Result.isSuccess(Result.try(() => Cron.next(cron)))

export const comes = (cron: Cron.Cron): boolean => {
  if (cron.days.size === 0) return true
  if (cron.weekdays.size === 0) return isInCalendar(cron)
  return [...cron.days].some((day) => day <= 28) || isFound(cron)
}

/**
 * A time of day that the clocks show twice in a night is meant once, the first time; what is started in every hour goes on in
 * the second, too. A time that they skip is made up for right after it.
 */
export const parse = (text: string, timeZone: string): Cron.Cron => {
  const cron = Cron.parseUnsafe(text, timeZone)
  return cron.hours.size === 0 ? Cron.parseUnsafe(text, timeZone, { onDstOverlap: "both" }) : cron
}
