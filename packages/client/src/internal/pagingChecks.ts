/** What is wrong with the numbers of a list, which come from programs without types too: each of them is a loop or a memory. */
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"

/** Each page that is under way is a connection, of which there are 128, and as many calls of the 300 of a minute. */
export const maxLookAhead = 100

interface Numbers {
  readonly lookAhead?: unknown
  readonly remember?: unknown
}

const isWhole = (value: unknown, most: number) =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value <= most

/** The first of them that is none that can be used. */
export const wrong = ({ lookAhead, remember }: Numbers): ConfigurationError | undefined => {
  if (lookAhead !== undefined && !isWhole(lookAhead, maxLookAhead)) {
    return new ConfigurationError({
      setting: "lookAhead",
      message: `lookAhead is not valid: it must be a whole number of pages from 0 to ${maxLookAhead}, such as 4.`
    })
  }
  if (remember !== undefined && !isWhole(remember, Number.MAX_SAFE_INTEGER)) {
    return new ConfigurationError({
      setting: "remember",
      message: "remember is not valid: it must be a whole number of keys, such as 10000."
    })
  }
  return undefined
}
