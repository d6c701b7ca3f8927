/**
 * The queries of the audit log: Queued, Running, then there; one at a time. The log is as it is when a query leaves the queue.
 */
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Result from "effect/Result"
import { interval } from "../../api/AnalyticsApi.ts"
import { type Audit, type AuditQuery, AuditResults, type AuditStatus, RealtimeResults } from "../../api/AuditsApi.ts"
import * as ErrorBody from "../../api/ErrorBody.ts"
import { SimulatorApi } from "../../api/SimulatorApi.ts"
import { answerAs } from "../shared/answerAs.ts"
import { badRequest } from "../shared/bodyCheck.ts"
import { CurrentRequest } from "../shared/currentRequest.ts"
import { iso } from "../shared/iso.ts"
import { notFound } from "../shared/notFound.ts"
import { page } from "../shared/page.ts"
import * as Random from "../shared/random.ts"
import { Settings } from "../shared/settings.ts"
import { Audits } from "./audits.ts"
import { mapping, realtimeMapping } from "./services.ts"

const day = 24 * 60 * 60 * 1000
/** "Data that is less than one year old": what is older need not be there, and is refused. */
const oldest = 366 * day
const realtimeOldest = 14 * day

interface Transaction {
  readonly id: string
  readonly query: AuditQuery
  readonly askedAt: number
  readonly appearsAt: number
  readonly startsAt: number
  readonly completesAt: number
  readonly expiresAt: number
  readonly fails: boolean
}

const stateOf = ({ completesAt, fails, startsAt }: Transaction, now: number) => {
  if (now < startsAt) return "Queued"
  if (now < completesAt) return "Running"
  return fails ? "Failed" : "Succeeded"
}

const values = {
  UserId: ({ user }: Audit) => user.id,
  ClientId: ({ client }: Audit) => client.id,
  Action: ({ action }: Audit) => action,
  EntityType: ({ entityType }: Audit) => entityType,
  EntityId: ({ entity }: Audit) => entity.id
}

const matching = (
  audits: ReadonlyArray<Audit>,
  { filters = [], serviceName, sort }: Pick<AuditQuery, "filters" | "serviceName" | "sort">
) => {
  const found = audits.filter(
    (audit) =>
      (serviceName === undefined || audit.serviceName === serviceName) &&
      filters.every(({ property, value }) => values[property](audit) === value)
  )
  // Genesys says no order: the latest first.
  return sort?.[0]?.sortOrder === "ascending" ? found : found.toReversed()
}

const names = ({ services }: typeof mapping) => new Set(services.map(({ name }) => name))
const [services, realtimeServices] = [names(mapping), names(realtimeMapping)]

const answerResults = answerAs(AuditResults)
const answerRealtime = answerAs(RealtimeResults)

/** The place at which a cursor of the query goes on, and when it was made. */
const placeOf = (id: string, cursor: string) => {
  const [of, place = "", madeAt = ""] = Result.getOrElse(Base64Url.decodeString(cursor), () => "").split("/")
  return of === id && /^\d{1,15}$/.test(place) && /^\d{1,15}$/.test(madeAt)
    ? { place: Number(place), madeAt: Number(madeAt) }
    : undefined
}

const refused = Effect.fnUntraced(function* <const Status extends 400 | 404 | 409 | 410>(
  status: Status,
  message: string
) {
  const { correlationId } = yield* CurrentRequest
  return yield* Effect.fail(ErrorBody.make({ status, contextId: correlationId, message }))
})

const checkService = (known: ReadonlySet<string>, name: string | undefined) =>
  name === undefined || known.has(name)
    ? Effect.void
    : badRequest("serviceName", "Expected a service of the service mapping")

export const AuditsLive = HttpApiBuilder.group(
  SimulatorApi,
  "audits",
  Effect.fnUntraced(function* (handlers) {
    const log = yield* Audits
    const {
      cursorExpiredStatus,
      cursorLifetime,
      jobAppearsAfter,
      jobFailures,
      jobLifetime,
      jobQueueTime,
      jobRunTime,
      seed
    } = yield* Settings
    const transactions = new Map<string, Transaction>()
    let asked = 0

    const find = Effect.fnUntraced(function* (id: string) {
      const { now } = yield* CurrentRequest
      const found = transactions.get(id)
      if (found === undefined || now < found.appearsAt || now >= found.expiresAt)
        return yield* notFound(`There is no audit query ${id}.`)
      return found
    })
    const statusOf = (transaction: Transaction, now: number): typeof AuditStatus.Type => ({
      id: transaction.id,
      state: stateOf(transaction, now),
      startDate: iso(transaction.askedAt),
      ...transaction.query
    })
    const sweep = (now: number) => {
      for (const { expiresAt, id } of transactions.values()) if (now >= expiresAt) transactions.delete(id)
    }
    const isBusy = (now: number) => [...transactions.values()].some(({ completesAt }) => now < completesAt)

    return handlers.handleAll({
      services: () => Effect.succeed(mapping),
      realtimeServices: () => Effect.succeed(realtimeMapping),
      query: Effect.fnUntraced(function* ({ payload }) {
        const { now } = yield* CurrentRequest
        yield* checkService(services, payload.serviceName)
        if (interval(payload.interval)[0] < now - oldest)
          return yield* badRequest("interval", "Expected a start within the last year")
        sweep(now)
        // How Genesys refuses a second one is not settled.
        if (isBusy(now)) return yield* refused(409, "Another audit query of the organization is running.")
        const number = asked++
        const startsAt = now + jobQueueTime * 1000
        const completesAt = startsAt + jobRunTime * 1000
        const transaction: Transaction = {
          id: Random.uuid(seed, Random.streams.auditQuery, number),
          query: payload,
          askedAt: now,
          appearsAt: now + jobAppearsAfter * 1000,
          startsAt,
          completesAt,
          expiresAt: completesAt + jobLifetime * 1000,
          fails: Random.unit(seed, Random.streams.auditQuery, number, 4) < jobFailures
        }
        transactions.set(transaction.id, transaction)
        return statusOf(transaction, now)
      }),
      status: Effect.fnUntraced(function* ({ params }) {
        const { now } = yield* CurrentRequest
        return statusOf(yield* find(params.id), now)
      }),
      results: Effect.fnUntraced(function* ({ params, query: { cursor, pageSize = 25 } }) {
        const { now } = yield* CurrentRequest
        const { id, query, startsAt, ...transaction } = yield* find(params.id)
        const state = stateOf({ id, query, startsAt, ...transaction }, now)
        if (state === "Failed") return yield* badRequest("transactionId", "The query has failed: it has no results")
        if (state !== "Succeeded") return yield* refused(409, `The query is ${state}: its results are not there yet.`)
        const from = cursor === undefined ? { place: 0, madeAt: now } : placeOf(id, cursor)
        if (from === undefined) return yield* badRequest("cursor", "Expected a cursor of this query")
        if (now >= from.madeAt + cursorLifetime * 1000)
          return yield* refused(cursorExpiredStatus, "The cursor has expired.")
        const [start, end] = interval(query.interval)
        const found = matching(log.between(start, end, startsAt), query)
        const next = from.place + pageSize
        return answerResults({
          id,
          pageSize,
          ...(next < found.length ? { cursor: Base64Url.encode(`${id}/${next}/${Math.floor(now)}`) } : {}),
          entities: found.slice(from.place, next)
        })
      }),
      realtime: Effect.fnUntraced(function* ({ payload }) {
        const { now } = yield* CurrentRequest
        if (payload.serviceName === undefined) return yield* badRequest("serviceName", "Expected a service")
        yield* checkService(realtimeServices, payload.serviceName)
        const [from, to] = interval(payload.interval)
        if (from < now - realtimeOldest)
          return yield* badRequest("interval", "Expected a start within the last 14 days")
        const { items, uris } = page(matching(log.between(from, to, now), payload), "", payload)
        const { pageCount, pageNumber, pageSize, total } = uris
        return answerRealtime({ entities: items, pageSize, pageNumber, total, pageCount })
      })
    })
  })
)
