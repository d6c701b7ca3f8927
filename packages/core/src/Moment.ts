/**
 * Days and moments as ISO 8601 writes them, taken only if they exist: JavaScript's own parser makes the 2nd of March of a 30th of
 * February, and whoever mistypes a day would get another one without a word.
 */

const dayShape = /^(\d{4})-(\d{2})-(\d{2})$/
const timeShape = /^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?$/
const zone = /(?:Z|[+-]\d\d:?\d\d)$/

/** Whether it is a day that exists, such as `2024-02-29`. */
export const isDay = (text: string): boolean => {
  if (!dayShape.test(text)) return false
  const millis = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(millis) && new Date(millis).toISOString().startsWith(text)
}

/** Whether it is a day that exists, or a moment of one, with or without the zone that its time is of. */
export const isPossible = (text: string): boolean => {
  const [day = "", time, ...more] = text.split("T")
  return isDay(day) && more.length === 0 && (time === undefined || timeShape.test(time))
}

/** Milliseconds since 1970 of a moment with its zone, such as `2025-11-03T08:00Z`; nothing if there is none such. */
export const millisOf = (text: string): number | undefined => {
  if (!zone.test(text) || !text.includes("T") || !isPossible(text)) return undefined
  const millis = Date.parse(text.replace(/([+-]\d\d):?(\d\d)$/, "$1:$2"))
  return Number.isNaN(millis) ? undefined : millis
}
