/**
 * The simulator as the official SDK sees it, over real HTTP: what a program gets from Genesys, it gets here. The cases
 * share one simulator, so that they are inside one long function.
 */
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import pc from "purecloud-platform-client-v2"
import { Simulator } from "../src/Simulator.ts"
import * as Sdk from "./support/Sdk.ts"

const hour = 3_600_000

/** Three hours in the middle of the day before yesterday, by UTC: nothing starts or ends in it any more. */
const from = Math.floor(Date.now() / (24 * hour)) * 24 * hour - 36 * hour
const to = from + 3 * hour
const interval = `${new Date(from).toISOString()}/${new Date(to).toISOString()}`
const sameDay = new Date(from).toISOString().slice(0, 10)

const options = { mintLimit: "off", jobQueueTime: 60, jobRunTime: 600, users: 95 } as const

layer(Simulator.layer(options), { excludeTestServices: true })("the official SDK", (shared) => {
  shared.effect("logs in with client credentials", () =>
    Effect.gen(function* () {
      const client = yield* Sdk.makeClient
      const before = Date.now()
      const auth = yield* Sdk.loginAs(client)
      assert.match(auth.accessToken, /^[\w-]{86}$/)
      assert.closeTo(auth.tokenExpiryTime, before + 86_400_000, 10_000)
      assert.strictEqual((yield* (yield* Simulator).journal).tokensIssued, 1)
    })
  )

  shared.effect("describes, verifies and revokes its token", () =>
    Effect.gen(function* () {
      const { clientId } = yield* Simulator
      const tokens = new pc.TokensApi(yield* Sdk.loggedIn())
      const info = yield* Sdk.ask(() => tokens.getTokensMe())
      assert.strictEqual(info.OAuthClient?.id, clientId)
      assert.isString(info.organization?.id)
      assert.isArray(info.authorizedScope)
      yield* Sdk.ask(() => tokens.headTokensMe())
      yield* Sdk.ask(() => tokens.deleteTokensMe())
      assert.include(yield* Sdk.rejected(() => tokens.getTokensMe()), { status: 401, code: "bad.credentials" })
    })
  )

  shared.effect("searches users, and follows the next page", () =>
    Effect.gen(function* () {
      const users = new pc.UsersApi(yield* Sdk.loggedIn())
      const query = [{ type: "EXACT", fields: ["email"], value: "test.user@yourcompany.com" }]
      const found = yield* Sdk.ask(() => users.postUsersSearch({ query }))
      assert.strictEqual(found.total, 1)
      assert.strictEqual(found.results[0]?.name, "Test User")
      const first = yield* Sdk.ask(() => users.postUsersSearch({ pageSize: 60, sortBy: "name", sortOrder: "ASC" }))
      const second = yield* Sdk.ask(() => users.getUsersSearch(first.nextPage ?? "none"))
      assert.strictEqual(second.pageNumber, 2)
      assert.strictEqual(second.nextPage, undefined)
      assert.strictEqual(new Set([...first.results, ...second.results].map((user) => user.id)).size, 95)
    })
  )

  shared.effect("lists users page by page to the end", () =>
    Effect.gen(function* () {
      const users = new pc.UsersApi(yield* Sdk.loggedIn())
      const ids = new Set<string | undefined>()
      const sizes: Array<number> = []
      for (let pageNumber = 1, more = true; more; pageNumber++) {
        const page = yield* Sdk.ask(() => users.getUsers({ pageSize: 40, pageNumber, state: "any" }))
        assert.include(page, { pageNumber, pageSize: 40, pageCount: 3, total: 95 })
        assert.isString(page.selfUri)
        const entities = page.entities ?? []
        sizes.push(entities.length)
        for (const user of entities) ids.add(user.id)
        more = page.nextUri !== undefined
      }
      assert.deepStrictEqual(sizes, [40, 40, 15])
      assert.strictEqual(ids.size, 95)
    })
  )

  shared.effect("gets one user, the one that it searched for", () =>
    Effect.gen(function* () {
      const users = new pc.UsersApi(yield* Sdk.loggedIn())
      const { results } = yield* Sdk.ask(() => users.postUsersSearch({ pageSize: 3 }))
      for (const found of results) {
        const user = yield* Sdk.ask(() => users.getUser(found.id ?? ""))
        assert.deepStrictEqual(user, found)
        assert.strictEqual(user.selfUri, `/api/v2/users/${user.id}`)
      }
    })
  )

  shared.effect("queries conversation details page by page to the page without conversations", () =>
    Effect.gen(function* () {
      const analytics = new pc.AnalyticsApi(yield* Sdk.loggedIn())
      const ids = new Set<string | undefined>()
      let [rows, totalHits] = [0, 0]
      for (let pageNumber = 1, more = true; more; pageNumber++) {
        const paging = { pageSize: 100, pageNumber }
        const page = yield* Sdk.ask(() =>
          analytics.postAnalyticsConversationsDetailsQuery({
            interval,
            order: "asc",
            orderBy: "conversationStart",
            paging
          })
        )
        totalHits = page.totalHits ?? 0
        more = "conversations" in page
        rows += page.conversations?.length ?? 0
        for (const { conversationId, conversationStart } of page.conversations ?? []) {
          ids.add(conversationId)
          // The query takes what started on the UTC day that the interval touches, and was alive in it.
          assert.strictEqual(conversationStart?.slice(0, 10), sameDay)
        }
      }
      assert.isAtLeast(rows, 3 * 60)
      assert.isBelow(rows, 4 * 60)
      assert.deepStrictEqual([ids.size, totalHits], [rows, rows])
    })
  )

  shared.effect("runs a details job to its end and reads its results by cursor", () =>
    Effect.gen(function* () {
      const analytics = new pc.AnalyticsApi(yield* Sdk.loggedIn())
      const available = yield* Sdk.ask(() => analytics.getAnalyticsConversationsDetailsJobsAvailability())
      assert.isAbove(Date.parse(available.dataAvailabilityDate ?? ""), to)

      const { jobId = "" } = yield* Sdk.ask(() => analytics.postAnalyticsConversationsDetailsJobs({ interval }))
      const simulator = yield* Simulator
      const status = Sdk.ask(() => analytics.getAnalyticsConversationsDetailsJob(jobId))
      assert.strictEqual((yield* status).state, "QUEUED")
      yield* simulator.advanceClock(options.jobQueueTime)
      assert.strictEqual((yield* status).state, "PENDING")
      yield* simulator.advanceClock(options.jobRunTime)
      const done = yield* status
      assert.strictEqual(done.state, "FULFILLED")
      assert.isAtMost(Date.parse(done.submissionDate ?? ""), Date.parse(done.completionDate ?? ""))

      const ids: Array<string | undefined> = []
      let cursor: string | undefined
      let pages = 0
      do {
        const at = cursor === undefined ? {} : { cursor }
        const page = yield* Sdk.ask(() =>
          analytics.getAnalyticsConversationsDetailsJobResults(jobId, { pageSize: 50, ...at })
        )
        for (const { conversationEnd, conversationId, conversationStart = "" } of page.conversations ?? []) {
          ids.push(conversationId)
          // A job takes those whose life overlaps the interval.
          assert.isBelow(Date.parse(conversationStart), to)
          if (conversationEnd !== undefined) assert.isAtLeast(Date.parse(conversationEnd), from)
        }
        assert.isString(page.dataAvailabilityDate)
        cursor = page.cursor
        pages++
      } while (cursor !== undefined)
      assert.isAtLeast(pages, 4)
      assert.isAtLeast(ids.length, 150)
      assert.strictEqual(new Set(ids).size, ids.length)

      yield* Sdk.ask(() => analytics.deleteAnalyticsConversationsDetailsJob(jobId))
      const gone = yield* Sdk.rejected(() => analytics.getAnalyticsConversationsDetailsJob(jobId))
      assert.include(gone, { status: 404 })
    })
  )

  shared.effect("lists queues", () =>
    Effect.gen(function* () {
      const routing = new pc.RoutingApi(yield* Sdk.loggedIn())
      const page = yield* Sdk.ask(() => routing.getRoutingQueues({ pageSize: 100 }))
      assert.isAbove(page.entities?.length ?? 0, 0)
      assert.strictEqual(page.total, page.entities?.length)
      const queue = page.entities?.[0]
      assert.isString(queue?.name)
      assert.strictEqual((yield* Sdk.ask(() => routing.getRoutingQueue(queue?.id ?? ""))).name, queue?.name)
    })
  )

  shared.effect("gets the organization, the one of its token", () =>
    Effect.gen(function* () {
      const client = yield* Sdk.loggedIn()
      const organization = yield* Sdk.ask(() => new pc.OrganizationApi(client).getOrganizationsMe())
      const token = yield* Sdk.ask(() => new pc.TokensApi(client).getTokensMe())
      assert.isString(organization.name)
      assert.strictEqual(token.organization?.id, organization.id)
      assert.strictEqual(token.organization?.name, organization.name)
    })
  )

  shared.effect("has its limit in the headers of each answer", () =>
    Effect.gen(function* () {
      const client = yield* Sdk.loggedIn()
      const tokens = new pc.TokensApi(client)
      for (const used of ["1", "2"]) {
        const { headers, status } = yield* Sdk.extended(client, () => tokens.getTokensMe())
        assert.strictEqual(status, 200)
        assert.include(headers, { "inin-ratelimit-count": used, "inin-ratelimit-allowed": "300" })
        assert.closeTo(Number(headers["inin-ratelimit-reset"]), 55, 5)
        assert.match(String(headers["inin-correlation-id"]), /^[\da-f-]{36}$/)
      }
    })
  )
})
