/** The calls that the doctor makes with a token: who we are, and whether the calls of the loop are permitted. */
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import type { RateBudget } from "@effect-genesys/client/RateBudget"
import { Tokens } from "@effect-genesys/client/Tokens"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Check from "./check.ts"

export const whoAmI = Effect.gen(function* () {
  const tokens = yield* Tokens
  return yield* Effect.match(tokens.me, {
    onFailure: (error) => Check.failed("call", error),
    onSuccess: ({ OAuthClient, organization }) => {
      const client = OAuthClient?.name ?? OAuthClient?.id ?? "a client"
      return Check.ok("call", `the API takes the token: ${client} of ${organization?.name ?? "an organization"}`)
    }
  })
})

const permitted = Effect.fnUntraced(function* (
  check: Check.CheckName,
  path: string,
  body: unknown,
  permission: string
) {
  const client = yield* GenesysClient
  const request = HttpClientRequest.bodyJsonUnsafe(HttpClientRequest.post(path), body)
  return yield* Effect.match(client.text(request), {
    onFailure: (error) => Check.failed(check, error),
    onSuccess: () => Check.ok(check, `permitted (${permission})`)
  })
})

export const findUsers = permitted(
  "find users",
  "/api/v2/users/search",
  { pageSize: 1, query: [{ type: "EXACT", fields: ["email"], value: "doctor@example.com" }] },
  "directory:user:view"
)

export const queryConversations = Effect.gen(function* () {
  const end = (yield* Clock.currentTimeMillis) - 60_000
  return yield* permitted(
    "query conversations",
    "/api/v2/analytics/conversations/details/query",
    {
      interval: `${new Date(end - 60_000).toISOString()}/${new Date(end).toISOString()}`,
      paging: { pageSize: 1, pageNumber: 1 }
    },
    "analytics:conversationDetail:view"
  )
})

const budget = ({ allowed, kind, used }: RateBudget) =>
  `${used} of ${allowed} calls in this minute${kind === "*" ? "" : ` to ${kind}`}`

/** What the answers of the calls before have told. */
export const rateLimit = Effect.gen(function* () {
  const client = yield* GenesysClient
  const told = (yield* client.budgets).filter(({ resetAt }) => resetAt !== undefined)
  return told.length === 0
    ? Check.skipped("rate limit", "no answer has told it")
    : Check.ok("rate limit", told.map(budget).join(", "))
})
