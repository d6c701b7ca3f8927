/** What the values of a settings file look like, with words for whoever gets one wrong. */
import * as Schema from "effect/Schema"

/** A text. @param expected what it should be, in words */
export const pattern = (regex: RegExp, expected: string) =>
  Schema.String.annotate({ expected }).check(Schema.isPattern(new RegExp(regex, "u"), { expected }).abort())

/** What an editor shows of a setting. */
export const note = (description: string) => ({ description })

/** The name of a variable of the environment, never its value. */
export const Variable = pattern(/^[A-Za-z_][A-Za-z0-9_]*$/, "the name of an environment variable, such as DATABASE_URL")
