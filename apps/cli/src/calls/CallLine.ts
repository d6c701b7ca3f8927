/** The words of a call as somebody would type them. */

/** One of them. */
export const word = (text: string) =>
  /^[\w.,:=/@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`

export const of = (call: ReadonlyArray<string>): string => ["genesys", ...call.map(word)].join(" ")
