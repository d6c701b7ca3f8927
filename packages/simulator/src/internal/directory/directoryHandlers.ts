/**
 * `/api/v2/users`, `/api/v2/routing/queues` and `/api/v2/organizations/me`.
 */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { ExpandedUser, Organization, Queue, QueueListing, UserListing } from "../../api/DirectoryApi.ts"
import * as ErrorBody from "../../api/ErrorBody.ts"
import { SimulatorApi } from "../../api/SimulatorApi.ts"
import { CurrentRequest } from "../shared/currentRequest.ts"
import { Directory } from "./directory.ts"
import { Lists } from "../lists/lists.ts"
import { page } from "../shared/page.ts"
import * as Random from "../shared/random.ts"
import { Settings } from "../shared/settings.ts"
import { CurrentToken } from "../login/tokens.ts"
import { answerAs } from "../shared/answerAs.ts"
import { badRequest } from "../shared/bodyCheck.ts"
import { notFound } from "../shared/notFound.ts"
import { several } from "../shared/several.ts"
import { tooFar } from "../shared/tooFar.ts"

/** The one user of every client. */
const theUser = 0

const noUser = "This request requires a user context. Client credentials cannot be used for requests to this endpoint."

const expansions = new Set(["presence", "routingStatus"])

const expandOf = Effect.fnUntraced(function* (given: string | ReadonlyArray<string> | undefined) {
  const asked = several(given) ?? []
  const unknown = asked.find((name) => !expansions.has(name))
  if (unknown !== undefined) return yield* badRequest("expand", `The simulator does not expand ${unknown}`)
  return new Set(asked)
})

/** `*sale*` fits Sales. */
const fits = (pattern: string) => {
  const [start, end] = [!pattern.startsWith("*"), !pattern.endsWith("*")]
  const text = pattern.replaceAll("*", "").toLowerCase()
  return (name: string) => {
    const lower = name.toLowerCase()
    if (start && end) return lower === text
    return start ? lower.startsWith(text) : end ? lower.endsWith(text) : lower.includes(text)
  }
}

const descending = (order: string | undefined) => order?.toUpperCase() === "DESC"

export const DirectoryLive = HttpApiBuilder.group(
  SimulatorApi,
  "directory",
  Effect.fnUntraced(function* (handlers) {
    const { organizationName, seed, userListLimit } = yield* Settings
    const directory = yield* Directory
    const lists = yield* Lists

    return handlers.handleAll({
      users: Effect.fnUntraced(function* ({ query }) {
        const { expand, id, sortOrder, state } = query
        const expanded = yield* expandOf(expand)
        const { pageNumber = 1, pageSize = 25, state: inState = "active" } = query
        if (inState !== "active" && pageNumber * pageSize > userListLimit) return yield* tooFar(userListLimit)
        const picked = several(id)?.flatMap((one) => directory.userNumber(one) ?? [])
        const found = picked ?? directory.inState(state ?? "active")
        const sorted = descending(sortOrder) ? found.toReversed() : found
        const { items, uris } = page(sorted, "/api/v2/users", query, { state, sortOrder, expand, id })
        const { now } = yield* CurrentRequest
        return answerAs(UserListing)({
          entities: items.map((number) => directory.user(number, now, expanded)),
          ...uris
        })
      }),
      me: Effect.fnUntraced(function* ({ query }) {
        const expanded = yield* expandOf(query.expand)
        const { ofUser } = yield* CurrentToken
        const { correlationId: contextId, now } = yield* CurrentRequest
        if (!ofUser) return yield* Effect.fail(ErrorBody.make({ status: 400, contextId, message: noUser }))
        return answerAs(ExpandedUser)(directory.user(theUser, now, expanded))
      }),
      user: Effect.fnUntraced(function* ({ params, query }) {
        const expanded = yield* expandOf(query.expand)
        const number = directory.userNumber(params.userId)
        if (number === undefined) return yield* notFound(`Unable to find a user with that userId: ${params.userId}`)
        const { now } = yield* CurrentRequest
        return answerAs(ExpandedUser)(directory.user(number, now, expanded))
      }),
      queues: Effect.fnUntraced(function* ({ query }) {
        const { id, name, sortOrder } = query
        const ids = several(id)
        const test = name === undefined ? () => true : fits(name)
        const found = lists
          .queues((yield* CurrentRequest).now)
          .filter((queue) => test(queue.name) && (ids?.includes(queue.id) ?? true))
        const sorted = descending(sortOrder) ? found.toReversed() : found
        const { items, uris } = page(sorted, "/api/v2/routing/queues", query, { name, sortOrder, id })
        return answerAs(QueueListing)({ entities: items, ...uris })
      }),
      queue: Effect.fnUntraced(function* ({ params }) {
        const queue = lists.queues((yield* CurrentRequest).now).find(({ id }) => id === params.queueId)
        if (queue === undefined) return yield* notFound(`Unable to find a queue with that queueId: ${params.queueId}`)
        return answerAs(Queue)(queue)
      }),
      organization: () =>
        Effect.succeed(
          answerAs(Organization)({
            id: Random.uuid(seed, Random.streams.organization, 0),
            name: organizationName,
            defaultLanguage: "en-us",
            thirdPartyOrgName: organizationName.toLowerCase().replaceAll(/\W+/g, "-"),
            domain: "yourcompany.com",
            version: 1,
            state: "active",
            features: { purecloud: true },
            selfUri: "/api/v2/organizations/me"
          })
        )
    })
  })
)
