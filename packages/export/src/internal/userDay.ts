/**
 * The users of a UTC day, with what they were up to, cut at its borders. Genesys has a status that spans days once for each of them, and
 * pages move while they are read: a user who comes a second time is asked for again, alone, and all that comes of them is one row.
 */
import type { JobError } from "@effect-genesys/client/ConversationJob"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import type { GenesysError } from "@effect-genesys/client/GenesysError"
import * as UserDetails from "@effect-genesys/client/UserDetails"
import * as Arr from "effect/Array"
import * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Day from "../Day.ts"
import * as GenesysTime from "../GenesysTime.ts"
import { spanFields } from "./kinds/userStatus.ts"
import * as Reading from "./reading.ts"

type Fields = Readonly<Record<string, unknown>>

export interface Asked {
  readonly day: string
  /** Within the day, in milliseconds since 1970. */
  readonly interval: { readonly from: number; readonly to: number }
  /** By Genesys' clock. */
  readonly now: number
  readonly jobWait: Duration.Input | undefined
}

export interface Batch {
  /** The moment of which its rows tell. */
  readonly asOf: number
  /** Of a job: everything before this moment is known. */
  readonly available: number | undefined
  readonly values: ReadonlyArray<Fields>
}

type Batches = Stream.Stream<Batch, GenesysError | JobError, GenesysClient>

/** A page of users as they came. */
interface Page {
  readonly asOf: number
  readonly available: number | undefined
  readonly users: ReadonlyArray<unknown>
}

/** Their ids fit into one query. */
const alone = 50
/** How often a job is submitted that brings nothing. */
const attempts = 3

const iso = (millis: number) => new Date(millis).toISOString()
const fieldsOf = (value: unknown): Fields => Option.getOrElse(Reading.decodeFields(value), (): Fields => ({}))
const arrayOf = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [])

/** The part of a span that is on the day; undefined if there is none. What does not say when it began stays as it is. */
const cut = (day: string, asOf: number, value: unknown): Fields | undefined => {
  const span = fieldsOf(value)
  const { endTime: ended, startTime: began, ...more } = span
  const [begin, end] = [Day.start(day), Day.end(day)]
  const from = Date.parse(typeof began === "string" ? began : "")
  if (Number.isNaN(from)) return span
  const to = Date.parse(typeof ended === "string" ? ended : "")
  const goesOn = Number.isNaN(to) || to > end
  if (from >= end || to <= begin) return undefined
  const start = Math.max(from, begin)
  // Of a day that is over, it is known how much of it is on the day, whenever it ends.
  const stop = Number.isNaN(to) ? (asOf >= end ? end : undefined) : Math.min(to, end)
  return {
    ...more,
    startTime: iso(start),
    ...(stop === undefined ? {} : { endTime: iso(stop), durationMs: stop - start }),
    beganAt: iso(from),
    goesOn
  }
}

const rowOf = (day: string, asOf: number, user: Fields): Fields => {
  const spans = spanFields.map((field) => [field, arrayOf(user[field]).flatMap((span) => cut(day, asOf, span) ?? [])])
  const id = Reading.text(user, "userId")
  return { ...user, ...(id === undefined ? {} : { _key: `${id}:${day}` }), day, ...Object.fromEntries(spans) }
}

/** All that has come of one user: each span once, in the order in which they began. */
const merged = (one: Fields, other: Fields): Fields => ({
  ...one,
  ...other,
  ...Object.fromEntries(
    spanFields.map((field) => {
      const all = [...arrayOf(one[field]), ...arrayOf(other[field])]
      const byStart = new Map(all.map((span) => [Reading.text(fieldsOf(span), "startTime") ?? "", span]))
      return [field, [...byStart].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, span]) => span)]
    })
  )
})

const intervalOf = ({ interval }: Asked) => `${iso(interval.from)}/${iso(interval.to)}`

/** Those who came more than once, each with all that there is of them. */
const again = (asked: Asked, ids: ReadonlyArray<string>): Batches =>
  Stream.fromIterable(Arr.chunksOf(ids, alone)).pipe(
    Stream.mapEffect((userIds) =>
      Stream.runFold(
        UserDetails.queryPages({ interval: intervalOf(asked), userIds, pageSize: userIds.length }),
        () => new Map<string, Fields>(),
        (found, page) => {
          for (const user of page.map(fieldsOf)) {
            const id = Reading.text(user, "userId")
            const before = id === undefined ? undefined : found.get(id)
            if (id !== undefined) found.set(id, before === undefined ? user : merged(before, user))
          }
          return found
        }
      )
    ),
    Stream.map((found) => ({
      asOf: asked.now,
      available: undefined,
      values: [...found.values()].map((user) => rowOf(asked.day, asked.now, user))
    }))
  )

/** Each user once, and after them those who came more than once. */
const rows = <E>(asked: Asked, pages: Stream.Stream<Page, E, GenesysClient>) =>
  Stream.suspend(() => {
    const seen = new Set<string>()
    const twice = new Set<string>()
    const came = Stream.map(pages, ({ asOf, available, users }): Batch => ({
      asOf,
      available,
      values: users.map(fieldsOf).flatMap((user) => {
        const id = Reading.text(user, "userId") ?? ""
        if (id !== "" && seen.has(id)) {
          twice.add(id)
          return []
        }
        seen.add(id)
        return [rowOf(asked.day, asOf, user)]
      })
    }))
    return Stream.concat(
      came,
      Stream.suspend(() => again(asked, [...twice]))
    )
  })

const byQuery = (asked: Asked): Batches =>
  rows(
    asked,
    Stream.map(UserDetails.queryPages({ interval: intervalOf(asked) }), (users) => ({
      asOf: asked.now,
      available: undefined,
      users
    }))
  )

const checked = (date: DateTime.Utc) => GenesysTime.checked(DateTime.toEpochMillis(date), "dataAvailabilityDate")

const byJob = (asked: Asked, attempt = 1): Batches =>
  Stream.unwrap(
    Effect.gen(function* () {
      // Of a page that does not say of which moment it is, it is at least this one.
      const least = yield* Effect.flatMap(UserDetails.availability, checked)
      const pages = UserDetails.jobPages({ interval: intervalOf(asked), queueTimeout: asked.jobWait })
      return rows(
        asked,
        Stream.mapEffect(pages, ({ dataAvailabilityDate, userDetails }) =>
          Effect.map(
            dataAvailabilityDate === undefined ? Effect.succeed(least) : checked(dataAvailabilityDate),
            (available) => ({ asOf: available, available, users: userDetails })
          )
        )
      )
    })
  ).pipe(
    Stream.catchTag("JobError", (error) =>
      attempt < attempts && (error.state === "FAILED" || error.state === "CANCELLED" || error.state === "EXPIRED")
        ? Stream.unwrap(Effect.as(Effect.sleep(1_000 * 2 ** attempt), byJob(asked, attempt + 1)))
        : Stream.fail(error)
    )
  )

/** Rows that have come by the query come again by the job, and the later version stays. */
export const read = (asked: Asked): Batches =>
  byQuery(asked).pipe(
    Stream.catchTag("InvalidRequestError", () => byJob(asked)),
    Stream.catchTag("IncompleteError", () => byJob(asked))
  )
