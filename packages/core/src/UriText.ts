/** Text with percent signs. */
import * as Option from "effect/Option"

const decode = Option.liftThrowable(decodeURIComponent)

/** Whether every percent sign begins an escape, and the escapes are those of a text. */
export const isDecodable = (text: string): boolean => Option.isSome(decode(text))
