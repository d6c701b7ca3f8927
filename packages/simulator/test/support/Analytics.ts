/**
 * Queries and jobs of conversation details as an exporter would make them, decoded with the simulator's own schemas.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import { ConversationQueryResult } from "../../src/api/AnalyticsApi.ts"
import { JobResults, JobStatus, Submitted } from "../../src/api/AnalyticsJobsApi.ts"
import type { Conversation } from "../../src/api/Conversation.ts"
import { call } from "./Calls.ts"

export const details = "/api/v2/analytics/conversations/details"

export const at = (iso: string) => TestClock.setTime(Date.parse(iso))

export const query = Effect.fnUntraced(function* (token: string, body: object) {
  const answer = yield* call(token, "POST", `${details}/query`, body)
  return yield* Schema.decodeUnknownEffect(ConversationQueryResult)(answer.body)
})

/** Every page until one has no conversations. */
export const queryAll = Effect.fnUntraced(function* (token: string, body: object, pageSize = 100) {
  const found: Array<Conversation> = []
  for (let pageNumber = 1; ; pageNumber++) {
    const { conversations } = yield* query(token, { ...body, paging: { pageSize, pageNumber } })
    if (conversations === undefined) return found
    found.push(...conversations)
  }
})

/** The id of a new job. */
export const submit = Effect.fnUntraced(function* (token: string, body: object) {
  const answer = yield* call(token, "POST", `${details}/jobs`, body)
  return (yield* Schema.decodeUnknownEffect(Submitted)(answer.body)).jobId
})

export const status = Effect.fnUntraced(function* (token: string, id: string) {
  const answer = yield* call(token, "GET", `${details}/jobs/${id}`)
  return yield* Schema.decodeUnknownEffect(JobStatus)(answer.body)
})

/** One page of a job's results. */
export const results = Effect.fnUntraced(function* (token: string, id: string, search: Record<string, string> = {}) {
  const answer = yield* call(token, "GET", `${details}/jobs/${id}/results?${new URLSearchParams(search).toString()}`)
  return yield* Schema.decodeUnknownEffect(JobResults)(answer.body)
})

/** Every page of a job that is done. */
export const resultsAll = Effect.fnUntraced(function* (token: string, id: string, pageSize = 1000) {
  const found: Array<Conversation> = []
  let cursor: string | undefined
  do {
    const page = yield* results(token, id, { pageSize: String(pageSize), ...(cursor === undefined ? {} : { cursor }) })
    found.push(...page.conversations)
    cursor = page.cursor
  } while (cursor !== undefined)
  return found
})

/** Submits a job, waits until it is done, and reads all of it. */
export const runJob = Effect.fnUntraced(function* (token: string, body: object, pageSize?: number) {
  const id = yield* submit(token, body)
  yield* TestClock.adjust("12 seconds")
  return yield* resultsAll(token, id, pageSize)
})
