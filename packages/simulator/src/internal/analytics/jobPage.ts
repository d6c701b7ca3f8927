/**
 * One page of the results of a job. A cursor says where to go on, and since when; it belongs to its job, and is good for some time only.
 */
import * as Base64Url from "effect/encoding/Base64Url"
import * as Result from "effect/Result"
import type { Settings } from "../shared/settings.ts"
import type { Job } from "./jobBook.ts"

const cursorOf = (job: Job<unknown>, place: number, now: number) =>
  Base64Url.encode(`${job.id}/${place}/${Math.floor(now)}`)

/** Undefined if it is not a cursor of this job. */
const read = (job: Job<unknown>, cursor: string): { readonly place: number; readonly madeAt: number } | undefined => {
  const text = Result.getOrElse(Base64Url.decodeString(cursor), () => "")
  const [id, place = "", madeAt = ""] = text.split("/")
  const isOurs = id === job.id && /^\d{1,15}$/.test(place) && /^\d{1,15}$/.test(madeAt)
  return isOurs ? { place: Number(place), madeAt: Number(madeAt) } : undefined
}

/** What a job has found. */
export interface Rows<A> {
  readonly total: number
  readonly slice: (start: number, count: number) => ReadonlyArray<A>
}

export interface Asked {
  readonly cursor: string | undefined
  readonly pageSize: number | undefined
  readonly now: number
}

/** What is wrong with the cursor, if there is no page. */
export const make =
  ({ cursorLifetime, jobResultsLimit }: Settings["Service"]) =>
  <A>(job: Job<unknown>, { cursor, now, pageSize = 1000 }: Asked, find: () => Rows<A>) => {
    const from = cursor === undefined ? { place: 0, madeAt: now } : read(job, cursor)
    if (from === undefined) return "foreign"
    if (now >= from.madeAt + cursorLifetime * 1000) return "expired"
    const next = from.place + pageSize
    // The first page is always to be had.
    if (from.place > 0 && next > jobResultsLimit) return "tooFar"
    const { slice, total } = find()
    return {
      rows: slice(from.place, pageSize),
      ...(next < total ? { cursor: cursorOf(job, next, now) } : {}),
      dataAvailabilityDate: new Date(job.availableAt).toISOString()
    }
  }
