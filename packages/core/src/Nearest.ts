/** The names that somebody may have meant who wrote another one, for error messages. */

/** How many letters must be changed, put in or taken out to make one text of the other (Levenshtein). */
const distance = (from: string, to: string): number => {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const swap = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(swap, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row.at(-1)!
}

/** The nearest first; at most three, and none that has little in common with it. Case does not count. */
export const nearest = (wanted: string, known: ReadonlyArray<string>): ReadonlyArray<string> => {
  const word = wanted.toLowerCase()
  return known
    .map((name) => ({ name, far: distance(word, name.toLowerCase()) }))
    .filter(({ far, name }) => far <= Math.max(2, Math.min(word.length, name.length) / 3))
    .toSorted((one, other) => one.far - other.far || one.name.localeCompare(other.name))
    .slice(0, 3)
    .map(({ name }) => name)
}
