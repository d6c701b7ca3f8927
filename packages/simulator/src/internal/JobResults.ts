/**
 * One page of the results of a job: the world as it was at the job's `dataAvailabilityDate`. A cursor says where to go on, and
 * belongs to its job.
 */
import * as Base64Url from "effect/encoding/Base64Url"
import * as Result from "effect/Result"
import { interval } from "../api/AnalyticsApi.ts"
import type { Conversations } from "./Conversations.ts"
import type { HitFinder } from "./Hits.ts"
import type { Job } from "./JobBook.ts"
import * as Selection from "./Selection.ts"

const cursorOf = (job: Job, place: number) => Base64Url.encode(`${job.id}/${place}`)

/** Undefined if it is not a cursor of this job. */
const placeOf = (job: Job, cursor: string): number | undefined => {
  const text = Result.getOrElse(Base64Url.decodeString(cursor), () => "")
  const [id, place = ""] = text.split("/")
  return id === job.id && /^\d{1,15}$/.test(place) ? Number(place) : undefined
}

export const make = (world: Conversations["Service"], { find }: HitFinder["Service"]) => {
  /** Undefined if the cursor is not one of this job. */
  return (job: Job, cursor: string | undefined, pageSize = 1000) => {
    const start = cursor === undefined ? 0 : placeOf(job, cursor)
    if (start === undefined) return undefined
    const select = job.query.startOfDayIntervalMatching === true ? Selection.ofDays : Selection.overlapping
    const hits = find(job.query, select(world, interval(job.query.interval), job.availableAt))
    const next = start + pageSize
    return {
      conversations: hits.slice(start, pageSize).map((index) => world.get(index, job.availableAt)),
      ...(next < hits.total ? { cursor: cursorOf(job, next) } : {}),
      dataAvailabilityDate: new Date(job.availableAt).toISOString()
    }
  }
}
