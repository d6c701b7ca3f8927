/**
 * One page of a listing: which of its items, and the addresses of its neighbours.
 */
export interface PageQuery {
  readonly pageSize?: number
  readonly pageNumber?: number
}

type Params = Readonly<Record<string, string | ReadonlyArray<string> | undefined>>

/** `params` are those of the request that every address keeps. */
export const page = <A>(items: ReadonlyArray<A>, path: string, query: PageQuery, params: Params = {}) => {
  const { pageNumber = 1, pageSize = 25 } = query
  const total = items.length
  const pageCount = Math.ceil(total / pageSize)
  const kept = Object.entries(params).flatMap(([name, value]) =>
    value === undefined ? [] : [`&${name}=${encodeURIComponent(String(value))}`]
  )
  const uri = (number: number) => `${path}?pageSize=${pageSize}&pageNumber=${number}${kept.join("")}`
  const start = (pageNumber - 1) * pageSize
  const uris = {
    pageSize,
    pageNumber,
    total,
    pageCount,
    firstUri: uri(1),
    selfUri: uri(pageNumber),
    ...(pageNumber < pageCount ? { nextUri: uri(pageNumber + 1) } : {}),
    ...(pageNumber > 1 ? { previousUri: uri(pageNumber - 1) } : {}),
    lastUri: uri(Math.max(1, pageCount))
  }
  return { items: items.slice(start, start + pageSize), uris }
}
