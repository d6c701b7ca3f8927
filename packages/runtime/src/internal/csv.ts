/** Rows as CSV by RFC 4180, which spreadsheets open without running what is in them. */

/** Telephone numbers and other signed numbers begin like formulas, and are none. */
const harmless = /^[+-][\d\s().-]*$/

/**
 * A text that a spreadsheet would take for a formula gets an apostrophe in front, as OWASP advises: a name is somebody else's
 * input. Whoever needs each text as it is takes JSON.
 */
const defused = (text: string) => (/^[=+\-@\t\r]/.test(text) && !harmless.test(text) ? `'${text}` : text)

const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** Nothing for what is absent; JSON for what is not a single value. */
export const cell = (value: unknown): string => {
  if (value === undefined || value === null) return ""
  if (typeof value === "string") return quoted(defused(value))
  if (typeof value === "number" || typeof value === "boolean") return String(value)
  return quoted(defused(JSON.stringify(value)))
}

export const line = (values: ReadonlyArray<unknown>): string => `${values.map(cell).join(",")}\r\n`
