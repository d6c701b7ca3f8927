/**
 * A number of JSON that JavaScript would change, such as 12345678901234567890, 0.12345678901234567890 or 1E400. In rows and answers that
 * are passed on as Genesys sent them it stands for itself: what `JSON.rawJSON` makes of its text, and `JSON.stringify` writes as
 * that text. Any number that JavaScript holds is a number.
 */
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"

export interface ExactNumber {
  /** The number as it was written. */
  readonly rawJSON: string
}

// Node has them since 21; TypeScript does not know them yet.
const rawJSON: (text: string) => ExactNumber = Reflect.get(JSON, "rawJSON")

export const isExactNumber: (value: unknown) => value is ExactNumber = Reflect.get(JSON, "isRawJSON")

const isFinite = Schema.is(Schema.Finite)

/** Any number of JSON, for the schema of what holds both kinds. */
export const AnyNumber = Schema.declare(
  (value): value is number | ExactNumber => isFinite(value) || isExactNumber(value),
  {
    expected: "a number",
    toCodecJson: () =>
      Schema.link<number | ExactNumber>()(Schema.Finite, SchemaTransformation.passthrough({ strict: false }))
  }
)

/** Its digits without zeros around them, and the power of ten of the last one. */
export const decimalOf = (source: string): { readonly digits: string; readonly exponent: number } | undefined => {
  const [, whole, fraction = "", power = "0"] = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source) ?? []
  if (whole === undefined) return undefined
  const digits = (whole + fraction).replace(/^0+/, "")
  let end = digits.length
  while (digits.charCodeAt(end - 1) === 0x30) end--
  if (end === 0) return { digits: "", exponent: 0 }
  return { digits: digits.slice(0, end), exponent: Number(power) - fraction.length + digits.length - end }
}

/** Whether JavaScript writes the number down as what it is, in whatever form: `1.0` and `1e3` are held. */
const isHeld = (source: string): boolean => {
  const written = String(Number(source))
  if (written === source) return true
  const [one, other] = [decimalOf(source), decimalOf(written)]
  return one !== undefined && one.digits === other?.digits && one.exponent === other.exponent
}

/** What may be a number that is not held, in a string too: fewer than 16 digits without an exponent always are. */
const candidates = /(?:^|[:,[\s])(-?(?:[\d.]{16,}(?:[eE][+-]?\d+)?|\d[\d.]*[eE][+-]?\d+))/g

/** Whether a text may have numbers that JavaScript does not hold: found in a small part of the time in which it is parsed. */
export const mayHave = (text: string): boolean => {
  for (const [, source = ""] of text.matchAll(candidates)) if (!isHeld(source)) return true
  return false
}

const revive = (_: string, value: unknown, context?: { readonly source?: string }): unknown =>
  typeof value === "number" && context?.source !== undefined && !isHeld(context.source)
    ? rawJSON(context.source)
    : value

/** As `JSON.parse`, but that no number is changed. A text that has no such number takes no longer for it. */
export const parse = (text: string): unknown => (mayHave(text) ? JSON.parse(text, revive) : JSON.parse(text))
