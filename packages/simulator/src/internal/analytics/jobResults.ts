/**
 * One page of the results of a job: the world as it was at the job's `dataAvailabilityDate`. A cursor says where to go on, and
 * since when; it belongs to its job, and is good for some time only.
 */
import * as Base64Url from "effect/encoding/Base64Url"
import * as Result from "effect/Result"
import { interval } from "../../api/AnalyticsApi.ts"
import type { Conversations } from "./conversations.ts"
import * as Hits from "./hits.ts"
import type { Job } from "./jobBook.ts"
import * as Selection from "./selection.ts"
import type { Settings } from "../shared/settings.ts"

const cursorOf = (job: Job, place: number, now: number) => Base64Url.encode(`${job.id}/${place}/${Math.floor(now)}`)

/** Undefined if it is not a cursor of this job. */
const read = (job: Job, cursor: string): { readonly place: number; readonly madeAt: number } | undefined => {
  const text = Result.getOrElse(Base64Url.decodeString(cursor), () => "")
  const [id, place = "", madeAt = ""] = text.split("/")
  const isOurs = id === job.id && /^\d{1,15}$/.test(place) && /^\d{1,15}$/.test(madeAt)
  return isOurs ? { place: Number(place), madeAt: Number(madeAt) } : undefined
}

export const make = (world: Conversations["Service"], settings: Settings["Service"]) => {
  const { cursorLifetime, jobResultsLimit } = settings
  /** What is wrong with the cursor, if there is no page. */
  return (job: Job, cursor: string | undefined, now: number, pageSize = 1000) => {
    const from = cursor === undefined ? { place: 0, madeAt: now } : read(job, cursor)
    if (from === undefined) return "foreign"
    if (now >= from.madeAt + cursorLifetime * 1000) return "expired"
    const next = from.place + pageSize
    // The first page is always to be had.
    if (from.place > 0 && next > jobResultsLimit) return "tooFar"
    const select = job.query.startOfDayIntervalMatching === true ? Selection.touching : Selection.overlapping
    const hits = Hits.find(world, job.query, select(world, interval(job.query.interval), job.availableAt))
    return {
      conversations: hits.slice(from.place, pageSize).map((index) => world.getWhole(index, job.availableAt)),
      ...(next < hits.total ? { cursor: cursorOf(job, next, now) } : {}),
      dataAvailabilityDate: new Date(job.availableAt).toISOString()
    }
  }
}
