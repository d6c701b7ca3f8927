/** Conversations as analytics records them. Built on `GenesysClient`; it adds nothing to the way of a call. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { GenesysClient } from "./GenesysClient.ts"
import type { GenesysError } from "./GenesysError.ts"

/** A conversation; one without an end is still running. Participants are kept as Genesys sends them. */
export class Conversation extends Schema.Class<Conversation>("@effect-genesys/client/Conversation")({
  conversationId: Schema.String,
  conversationStart: Schema.DateTimeUtcFromString,
  conversationEnd: Schema.optionalKey(Schema.DateTimeUtcFromString),
  originatingDirection: Schema.optionalKey(Schema.String),
  divisionIds: Schema.optionalKey(Schema.Array(Schema.String)),
  participants: Schema.optionalKey(Schema.Array(Schema.Unknown))
}) {}

export interface QueryOptions {
  /** `ISO/ISO`, at most 31 days. It returns what started on a UTC day that the interval touches. */
  readonly interval: string
  /** @default asc */
  readonly order?: "asc" | "desc" | "unordered" | undefined
  /** @default conversationStart */
  readonly orderBy?: "conversationStart" | "conversationEnd" | "segmentStart" | "segmentEnd" | undefined
  /** Rows in a page, at most 100. @default 25 */
  readonly pageSize?: number | undefined
  /** Counted from 1. @default 1 */
  readonly pageNumber?: number | undefined
  readonly conversationFilters?: ReadonlyArray<unknown> | undefined
  readonly segmentFilters?: ReadonlyArray<unknown> | undefined
}

/** A page of conversations; past the last page it is empty. */
export const QueryPage = Schema.Struct({
  // Genesys leaves the field out, rather than empty, past the last page.
  conversations: Schema.Array(Conversation).pipe(Schema.withDecodingDefaultType(Effect.succeed([]))),
  /** Approximate, and absent at times. */
  totalHits: Schema.optionalKey(Schema.Int)
})
export type QueryPage = typeof QueryPage.Type

export class ConversationDetails extends Context.Service<
  ConversationDetails,
  {
    /** `POST /api/v2/analytics/conversations/details/query`: one page. */
    readonly query: (options: QueryOptions) => Effect.Effect<QueryPage, GenesysError>
  }
>()("@effect-genesys/client/ConversationDetails") {
  static readonly layer: Layer.Layer<ConversationDetails, never, GenesysClient> = Layer.effect(
    ConversationDetails,
    Effect.suspend(() => make)
  )
}

const make = Effect.gen(function* () {
  const client = yield* GenesysClient

  const query = Effect.fn("ConversationDetails.query")(function* (options: QueryOptions) {
    return yield* client.json(
      HttpClientRequest.post("/api/v2/analytics/conversations/details/query").pipe(
        HttpClientRequest.bodyJsonUnsafe({
          interval: options.interval,
          order: options.order ?? "asc",
          orderBy: options.orderBy ?? "conversationStart",
          paging: { pageSize: options.pageSize ?? 25, pageNumber: options.pageNumber ?? 1 },
          ...(options.conversationFilters === undefined ? {} : { conversationFilters: options.conversationFilters }),
          ...(options.segmentFilters === undefined ? {} : { segmentFilters: options.segmentFilters })
        })
      ),
      QueryPage
    )
  })

  return ConversationDetails.of({ query })
})
