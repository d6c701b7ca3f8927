/** Text for a line that somebody copies into a shell. */

/** A path as one word, which no command takes for a flag. */
export const quoted = (path: string): string =>
  path.startsWith("-")
    ? quoted(`./${path}`)
    : /^[\w./@%+:,-]+$/.test(path)
      ? path
      : `'${path.replaceAll("'", String.raw`'\''`)}'`
