/** The words of a call as somebody would type them. */

const word = (text: string) => (/^[\w.,:=/@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`)

export const callLine = (call: ReadonlyArray<string>): string => ["genesys", ...call.map(word)].join(" ")
