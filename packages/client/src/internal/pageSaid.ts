/** What a page says of the others of its list, whether or not they can be asked for: only that tells that none is missing. */
import * as Answer from "./answer.ts"
import * as PageRequest from "./pageRequest.ts"
import * as PagingStyle from "./pagingStyle.ts"

/**
 * `next`: which page follows. `end`: how far the list goes, by a total, a count of pages or the size of its own, or that it has cursors and
 * none follows. `other`: something of more rows that nobody here understands. `nothing`: nothing at all.
 */
export type Said = "next" | "end" | "other" | "nothing"

const known = new Set(["nextUri", "nextPage", "pageCount", "pageSize", "total", "totalHits", "totalResults"])
const ofMore = /next|more|token|scroll|marker|offset|startIndex|continu|truncat|partial|paging|pagination|links|^page$/i
const ofCount = /total|count|size/i

/** A field of an answer that may be about rows that are not in it. */
const isOfOthers = (name: string, value: unknown, rows: number): boolean => {
  if (known.has(name) || value === undefined || value === null || value === false || value === "") return false
  if (Array.isArray(value)) return false
  return ofMore.test(name) || (ofCount.test(name) && Number(value) > rows)
}

const isNumber = (answer: Answer.Answer, name: string) => Answer.count(answer, name) !== undefined

export const of = (page: PagingStyle.Page): Said => {
  const { answer, request, rows } = page
  const isScim = isNumber(answer, "totalResults")
  const others = Object.entries(answer).filter(([name]) => !(isScim && name === "startIndex"))
  if (others.some(([name, value]) => isOfOthers(name, value, rows.length))) return "other"
  const names = ["nextUri", "nextPage"].some((name) => Answer.text(answer, name) !== undefined)
  if (names || PagingStyle.continuation(page) !== undefined) return "next"
  const isCounted = Answer.total(answer) !== undefined || isNumber(answer, "pageCount")
  const isSized = isNumber(answer, "pageNumber") && isNumber(answer, "pageSize")
  const isBeyond = rows.length === 0 && PageRequest.placeOf(request).number > 1
  return isCounted || isSized || isBeyond || PagingStyle.isByCursor(page) ? "end" : "nothing"
}
