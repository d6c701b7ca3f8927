/**
 * What is known of Genesys' users, conversations, jobs and notifications. Noon of 10 November 2026 is now. One table, and long for
 * that: each row is a case.
 */
import { absent, as, get, head, mint, post, remove, type Row, wait } from "../support/Contract.ts"

const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/
const uuid = /^[\da-f-]{36}$/
const some = /^[1-9]\d*$/
const search = "/api/v2/users/search"
const email = "test.user@yourcompany.com"

/** A search of each type that finds the well-known user first. */
const finds = (type: string, criteria: object): Row => ({
  name: `search by ${type}`,
  steps: [post(search, { query: [{ type, ...criteria }] })],
  status: 200,
  body: { total: some, "results[0].email": email, "results[0].name": "Test User", entities: absent }
})
const fields = ["email"]

const details = "/api/v2/analytics/conversations/details"
const query = (more: object = {}) => post(`${details}/query`, { interval: "2026-11-08/2026-11-09", ...more })
const refuses = (field: string, more: object): Row => ({
  name: `a query with a bad ${field}: ${JSON.stringify(more)}`,
  steps: [query(more)],
  status: 400,
  body: { status: 400, "details[0].fieldName": field }
})
const accepts = (more: object): Row => ({
  name: `a query with ${JSON.stringify(more)}`,
  steps: [query(more)],
  status: 200,
  body: { totalHits: some, "conversations[0].conversationId": uuid }
})
const first = {
  "conversations[0].conversationId": uuid,
  "conversations[24].conversationId": uuid,
  "conversations[25]": absent
}
const inFirst = "conversations[0].participants[0]"

const jobs = `${details}/jobs`
const submit = post(jobs, { interval: "2026-11-08T10:00:00Z/2026-11-08T11:00:00Z" })
const status = get(`${jobs}/{0.body.jobId}`)
const results = get(`${jobs}/{0.body.jobId}/results?pageSize=20`)
const next = get(`${jobs}/{0.body.jobId}/results?pageSize=1000&cursor={2.body.cursor}`)

const channels = "/api/v2/notifications/channels"
const many = Array.from({ length: 20 }, () => post(channels))
const topics = (count: number) => Array.from({ length: count }, (_, n) => ({ id: `v2.users.${n}.presence` }))

export const rows: ReadonlyArray<Row> = [
  finds("EXACT", { fields, value: email }),
  finds("STARTS_WITH", { fields, value: "test.us" }),
  finds("CONTAINS", { fields, value: "st.user@your" }),
  finds("REGEX", { fields, value: "test\\.user@.*" }),
  finds("TERM", { fields: ["name"], value: "test" }),
  finds("TERMS", { fields: ["name"], values: ["test", "nobody"] }),
  finds("REQUIRED_FIELDS", { fields }),
  finds("MATCH_ALL", {}),
  finds("QUERY_STRING", { fields: ["name"], value: "test user" }),
  {
    name: "a search has pages, and types",
    steps: [post(search, { pageSize: 40, pageNumber: 2 })],
    status: 200,
    body: {
      total: 200,
      pageCount: 5,
      pageSize: 40,
      pageNumber: 2,
      types: ["users"],
      previousPage: /./,
      currentPage: /./,
      nextPage: /./
    }
  },
  {
    name: "users have pages",
    steps: [get("/api/v2/users?pageSize=40&pageNumber=2&state=any")],
    status: 200,
    body: {
      total: 200,
      pageCount: 5,
      pageSize: 40,
      pageNumber: 2,
      firstUri: /pageNumber=1/,
      nextUri: /pageNumber=3/,
      previousUri: /pageNumber=1/,
      lastUri: /pageNumber=5/,
      selfUri: /pageNumber=2/,
      results: absent
    }
  },
  {
    name: "the first page of users has none before it",
    steps: [get("/api/v2/users")],
    status: 200,
    body: { pageSize: 25, pageNumber: 1, previousUri: absent, "entities[24].id": uuid, "entities[25]": absent }
  },
  {
    name: "a user has its fields",
    steps: [get("/api/v2/users"), get("/api/v2/users/{0.body.entities[0].id}")],
    status: 200,
    body: {
      id: uuid,
      name: /./,
      "division.id": uuid,
      "chat.jabberId": /@/,
      department: /./,
      email: /@/,
      "primaryContactInfo[0].address": /@/,
      addresses: [],
      state: /^(active|inactive|deleted)$/,
      title: /./,
      username: /@/,
      version: some,
      selfUri: /^\/api\/v2\/users\//
    }
  },

  { name: "a query has 25 rows", steps: [query()], status: 200, body: { ...first, totalHits: 1440 } },
  {
    name: "past the last page conversations is absent",
    steps: [query({ paging: { pageSize: 100, pageNumber: 16 } })],
    status: 200,
    body: { conversations: absent, totalHits: 1440 }
  },
  {
    name: "the last page is not",
    steps: [query({ paging: { pageSize: 100, pageNumber: 15 } })],
    status: 200,
    body: { "conversations[39].conversationId": uuid, "conversations[40]": absent }
  },
  {
    name: "a query takes what started on the UTC days that the interval touches and was alive in it",
    steps: [query({ interval: "2026-11-08T12:00:00Z/2026-11-08T12:01:00Z", order: "asc" })],
    status: 200,
    body: { totalHits: 11, "conversations[0].conversationStart": /^2026-11-08T(?:0|10|11)/ }
  },
  refuses("paging.pageSize", { paging: { pageSize: 101, pageNumber: 1 } }),
  refuses("interval", { interval: "2026-10-01T00:00:00Z/2026-11-02T00:00:00Z" }),
  refuses("interval", { interval: "yesterday" }),
  refuses("order", { order: "up" }),
  refuses("orderBy", { orderBy: "name" }),
  accepts({ interval: "2026-10-01T00:00:00Z/2026-11-01T00:00:00Z" }),
  ...["asc", "desc", "unordered"].map((order) => accepts({ order })),
  ...["conversationStart", "conversationEnd", "segmentStart", "segmentEnd"].map((orderBy) => accepts({ orderBy })),
  accepts({
    segmentFilters: [
      { type: "and", predicates: [{ type: "dimension", dimension: "mediaType", operator: "matches", value: "voice" }] }
    ]
  }),
  accepts({
    conversationFilters: [
      { type: "and", predicates: [{ type: "dimension", dimension: "conversationEnd", operator: "exists" }] }
    ]
  }),
  {
    name: "aggregations come beside the rows",
    steps: [query({ aggregations: [{ type: "termFrequency", dimension: "mediaType", size: 10 }] })],
    status: 200,
    body: { "aggregations[0].dimension": "mediaType", "aggregations[0].results[0].count": some }
  },
  {
    name: "a conversation has its fields",
    steps: [query()],
    status: 200,
    body: {
      "conversations[0].conversationStart": iso,
      "conversations[0].originatingDirection": /^(in|out)bound$/,
      "conversations[0].divisionIds[0]": uuid,
      [`${inFirst}.participantId`]: uuid,
      [`${inFirst}.purpose`]: /^\w+$/,
      [`${inFirst}.sessions[0].sessionId`]: uuid,
      [`${inFirst}.sessions[0].mediaType`]: /^\w+$/,
      [`${inFirst}.sessions[0].direction`]: /^(in|out)bound$/,
      [`${inFirst}.sessions[0].segments[0].segmentStart`]: iso,
      [`${inFirst}.sessions[0].segments[0].segmentType`]: /^\w+$/
    }
  },

  { name: "submit a job", steps: [submit], status: 202, body: { jobId: uuid } },
  {
    name: "a job is QUEUED",
    steps: [submit, status],
    status: 200,
    body: { state: "QUEUED", submissionDate: iso, completionDate: absent }
  },
  {
    name: "then PENDING",
    steps: [submit, wait("2 seconds"), status],
    status: 200,
    body: { state: "PENDING", completionDate: absent }
  },
  {
    name: "then FULFILLED",
    steps: [submit, wait("12 seconds"), status],
    status: 200,
    body: { state: "FULFILLED", completionDate: iso, expirationDate: iso }
  },
  {
    name: "then EXPIRED",
    given: { jobLifetime: 60 },
    steps: [submit, wait("72 seconds"), status],
    status: 200,
    body: { state: "EXPIRED" }
  },
  {
    name: "or FAILED",
    given: { jobFailures: 1 },
    steps: [submit, wait("12 seconds"), status],
    status: 200,
    body: { state: "FAILED", errorMessage: /./ }
  },
  {
    name: "results have a cursor",
    steps: [submit, wait("12 seconds"), results],
    status: 200,
    body: {
      "conversations[19].conversationId": uuid,
      "conversations[20]": absent,
      cursor: /./,
      dataAvailabilityDate: iso
    }
  },
  {
    name: "no cursor: done",
    steps: [submit, wait("12 seconds"), results, next],
    status: 200,
    body: { "conversations[0].conversationId": uuid, cursor: absent, dataAvailabilityDate: iso }
  },
  {
    name: "delete cancels a job that is under way",
    steps: [submit, remove(`${jobs}/{0.body.jobId}`), status],
    status: 200,
    body: { state: "CANCELLED" }
  },
  {
    name: "and forgets one that is done",
    steps: [submit, wait("12 seconds"), remove(`${jobs}/{0.body.jobId}`), status],
    status: 404,
    body: { code: "not.found" }
  },
  {
    name: "availability",
    steps: [get(`${jobs}/availability`)],
    status: 200,
    body: { dataAvailabilityDate: /^2026-11-10T(09:5|10:00)/ }
  },

  {
    name: "a channel lives for 24 hours",
    steps: [post(channels)],
    status: 200,
    body: { id: /./, connectUri: /^wss?:\/\//, expires: /^2026-11-11T12:00:00/ }
  },
  {
    name: "the 20th channel evicts none",
    steps: [post(channels), ...many.slice(1), head(`${channels}/{0.body.id}`)],
    status: 200
  },
  {
    name: "the 21st evicts the oldest",
    steps: [post(channels), ...many, head(`${channels}/{0.body.id}`)],
    status: 404
  },
  {
    name: "1,000 topics on a channel",
    steps: [post(channels), post(`${channels}/{0.body.id}/subscriptions`, topics(1000))],
    status: 200
  },
  {
    name: "and not one more",
    steps: [post(channels), post(`${channels}/{0.body.id}/subscriptions`, topics(1001))],
    status: 400
  },
  {
    name: "a channel dies with its token",
    steps: [
      post(channels),
      remove("/api/v2/tokens/me"),
      mint(),
      as("{2.body.access_token}", head(`${channels}/{0.body.id}`))
    ],
    status: 404
  }
]
