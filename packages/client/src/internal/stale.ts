/** Pages that bring nothing new: a host that does not understand the number of a page gives the same one whatever is asked for. */

/** So many in a row are no list that grows while it is read. */
export const most = 10

type Rows = ReadonlyArray<unknown>

export const isSame = (one: Rows, other: Rows): boolean =>
  one.length === other.length && JSON.stringify(one) === JSON.stringify(other)

/** Counts them. Rows that have no key are told by the page before; an empty page says neither one nor the other. */
export const make = <A>(key: (row: A) => string | undefined) => {
  let count = 0
  return (rows: ReadonlyArray<A>, fresh: ReadonlyArray<A>, before: Rows | undefined): number => {
    if (rows.length === 0) return count
    const isNameless = fresh.length > 0 && before !== undefined && fresh.every((row) => key(row) === undefined)
    count = fresh.length === 0 || (isNameless && isSame(before, rows)) ? count + 1 : 0
    return count
  }
}
