/**
 * Rows as CSV by RFC 4180, which spreadsheets open without running what is in them, wherever they split it: in much of Europe
 * a cell ends at a semicolon, and there our quotes count only at the beginning of a row. Effect's `Csv` quotes for readers that
 * split at one sign alone, and makes no difference between a number and a text.
 */

import { isExactNumber } from "@effect-genesys/client/ExactNumber"

/** What begins a formula; the wide ones do in Japan. */
const formula = new Set("=+-@＝＋－＠")

/** Telephone numbers and other signed numbers begin like formulas, and are none. */
const harmless = /^[+-][\d ().-]*$/

/** What ends a cell for some spreadsheet. */
const separator = /\r\n|[;|\t\n\r\u060C\u061B]/g

/** What may stand between the beginning of a cell and that of its formula. Matched run by run, which takes linear time. */
const before = /[\s"'\p{Cc}\p{Cf};|\u060C\u061B]+/gu
const control = /[\0\t\n\r]/

/** Most texts: one cell for whoever reads it, which begins with a letter or a digit. */
const single = /^[A-Za-z0-9\u00C0-\u024F][^",;|\t\n\r\u060C\u061B]*$/

const beginsAt = (text: string, at: number) => formula.has(text[at] ?? "")

/**
 * A text that a spreadsheet would take for a formula gets an apostrophe in front, as OWASP advises: a name is somebody else's
 * input. So does what follows a separator within it. A program that takes one away again, wherever one and what may follow it
 * stand before such a sign, has the text as it was.
 */
const defused = (text: string): string => {
  let begins = beginsAt(text, 0)
  const inner = text.replaceAll(before, (run, at: number) => {
    const found = beginsAt(text, at + run.length)
    if (at === 0) begins = found || control.test(run)
    return found ? run.replaceAll(separator, "$&'") : run
  })
  return begins ? `'${inner}` : inner
}

const inQuotes = (text: string) => `"${text.replaceAll('"', '""')}"`
// Readers take a byte order mark away that stands at the beginning of a file, but not within quotes.
const quoted = (text: string) => (/^\uFEFF|[",;|\t\n\r\u060C\u061B]/.test(text) ? inQuotes(text) : text)

const textOf = (value: unknown): string => {
  if (value === undefined || value === null) return ""
  if (typeof value === "number" || typeof value === "boolean") return String(value)
  if (isExactNumber(value)) return value.rawJSON
  if (typeof value !== "string") return defused(JSON.stringify(value))
  return harmless.test(value) ? value : defused(value)
}

/** Nothing for what is absent; JSON for what is not a single value. */
export const cell = (value: unknown): string =>
  typeof value === "string" && single.test(value) ? value : quoted(textOf(value))

export const line = (values: ReadonlyArray<unknown>): string => {
  const cells = values.map(cell)
  // Where cells end at a semicolon, the comma is that of a decimal number, and without the quotes -5,2+X(A1) were a formula.
  if (/^[+-]/.test(cells[0] ?? "") && typeof values[1] === "string") cells[1] = inQuotes(textOf(values[1]))
  // Most readers skip a line in which there is nothing.
  return `${cells.length === 1 && cells[0] === "" ? '""' : cells.join(",")}\r\n`
}
