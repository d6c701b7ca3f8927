/** Text for a line that somebody copies into a shell. */

/** A path as one word. */
export const quoted = (path: string): string =>
  /^[\w./@%+:,-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`
