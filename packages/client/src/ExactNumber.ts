/**
 * A number of JSON that JavaScript would change, such as 12345678901234567890, 0.12345678901234567890 or 1E400. In rows and answers that
 * are passed on as Genesys sent them it stands for itself: what `JSON.rawJSON` makes of its text, and `JSON.stringify` writes as
 * that text. Any number that JavaScript holds is a number.
 */
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"

/** A number by the text that stood in the JSON, for one that a JavaScript number cannot hold. */
export interface ExactNumber {
  /** The number as it was written. */
  readonly rawJSON: string
}

// Node has them since 21; TypeScript does not know them yet.
const rawJSON: (text: string) => ExactNumber = Reflect.get(JSON, "rawJSON")

/** Whether a value is such a number. */
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

/** Longer ones are not looked at closely: whether they are held is of no use to anybody. */
const longest = 400

/** The character after a string that begins here. */
const afterString = (text: string, start: number): number => {
  for (let quote = text.indexOf('"', start + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let before = quote - 1
    while (text.charCodeAt(before) === backslash) before--
    if ((quote - before) % 2 === 1) return quote + 1
  }
  return text.length
}

const [quote, backslash, minus, zero, nine] = [0x22, 0x5c, 0x2d, 0x30, 0x39]
const isDigit = (code: number) => code >= zero && code <= nine
/** `+`, `-`, `.`, `E` and `e`. */
const isOfNumber = (code: number) =>
  isDigit(code) || code === 0x2b || code === minus || code === 0x2e || code === 0x45 || code === 0x65

/** Without an exponent, fewer than 16 digits always are held. */
const mayBeUnheld = (source: string) => source.length > 15 || /e/i.test(source)

/**
 * The numbers of a JSON text that JavaScript does not hold, by their place: found in a small part of the time in which it is parsed.
 * By hand, since a regular expression runs out of stack in texts of some millions of characters.
 */
function* unheld(text: string): Generator<readonly [start: number, end: number]> {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) at = afterString(text, at) - 1
    else if (isDigit(code) || code === minus) {
      const start = at
      while (isOfNumber(text.charCodeAt(at + 1))) at++
      const source = text.slice(start, at + 1)
      if (mayBeUnheld(source) && (source.length > longest || !isHeld(source))) yield [start, at + 1]
    }
  }
}

/** Whether a JSON text has numbers that JavaScript does not hold. */
export const mayHave = (text: string): boolean => unheld(text).next().done !== true

/** Puts the numbers where their marks are. */
const restore = (value: unknown, numbers: ReadonlyMap<string, ExactNumber>): unknown => {
  const left: Array<object> = []
  const whole = (inner: unknown): unknown => {
    if (typeof inner === "object" && inner !== null) left.push(inner)
    return typeof inner === "string" ? (numbers.get(inner) ?? inner) : inner
  }
  const all = whole(value)
  for (let one = left.pop(); one !== undefined; one = left.pop()) {
    if (Array.isArray(one)) {
      for (let index = 0; index < one.length; index++) {
        const inner: unknown = one[index]
        const made = whole(inner)
        if (made !== inner) one[index] = made
      }
    } else {
      for (const key of Object.keys(one)) {
        const inner: unknown = Reflect.get(one, key)
        const made = whole(inner)
        // Defined, because an assignment to `__proto__` would be something else.
        if (made !== inner) Object.defineProperty(one, key, { value: made })
      }
    }
  }
  return all
}

/**
 * As `JSON.parse`, but that no number is changed. A text that has such a number is parsed twice, with marks in their places: a reviver
 * would be called for each value, which takes many times as long.
 */
export const parse = (text: string): unknown => {
  const places = Array.from(unheld(text))
  const plain: unknown = JSON.parse(text)
  if (places.length === 0) return plain
  // No text that comes from outside has it.
  const mark = crypto.randomUUID()
  const numbers = new Map(places.map(([start, end], index) => [`${mark}${index}`, rawJSON(text.slice(start, end))]))
  let [marked, from] = ["", 0]
  places.forEach(([start, end], index) => {
    marked += `${text.slice(from, start)}"${mark}${index}"`
    from = end
  })
  return restore(JSON.parse(marked + text.slice(from)), numbers)
}
