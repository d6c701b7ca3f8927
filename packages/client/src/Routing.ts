/** The queues of an organization. Built on `GenesysClient`; it adds nothing to the way of a call. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { GenesysClient } from "./GenesysClient.ts"
import type { GenesysError } from "./GenesysError.ts"
import * as Field from "./internal/field.ts"
import * as Listed from "./internal/listed.ts"
import { params } from "./internal/params.ts"
import * as Pagination from "./Pagination.ts"
import * as Route from "./Route.ts"
import { Reference } from "./User.ts"

/** A queue; fields that are not named here are dropped. */
export class Queue extends Schema.Class<Queue>("@effect-genesys/client/Queue")({
  id: Schema.String,
  name: Field.text,
  division: Field.field(Reference),
  description: Field.text,
  dateCreated: Field.date,
  dateModified: Field.date,
  memberCount: Field.number,
  userMemberCount: Field.number,
  joinedMemberCount: Field.number,
  /** Settings for each kind of media, as they are. */
  mediaSettings: Field.json,
  skillEvaluationMethod: Field.text,
  selfUri: Field.text
}) {}

/** Which queues, and in which order. */
export interface ListAllOptions {
  /** Only queues with this name; an asterisk at its start or end stands for anything. */
  readonly name?: string | undefined
  readonly id?: ReadonlyArray<string> | undefined
  readonly divisionId?: ReadonlyArray<string> | undefined
  /** Of the names. @default asc */
  readonly sortOrder?: "asc" | "desc" | undefined
  readonly expand?: ReadonlyArray<string> | undefined
  /** Rows in a page. @default 25, and 100 in streams */
  readonly pageSize?: number | undefined
}

/** Which page of which queues. */
export interface ListOptions extends ListAllOptions {
  /** Counted from 1. @default 1 */
  readonly pageNumber?: number | undefined
}

/** A page of queues, as the API lists them. */
export const QueuePage = Field.listing(Queue)
export type QueuePage = typeof QueuePage.Type

/** Lists the queues of an organization. Fails with a `GenesysError`. */
export class Routing extends Context.Service<
  Routing,
  {
    /** `GET /api/v2/routing/queues`: one page. */
    readonly queues: (options?: ListOptions) => Effect.Effect<QueuePage, GenesysError>
    /** All pages of the list; each queue once. */
    readonly allQueues: (
      options?: ListAllOptions & Pick<Pagination.PagingOptions<Queue>, "lookAhead">
    ) => Stream.Stream<Queue, GenesysError>
    /** `GET /api/v2/routing/queues/{queueId}`. A `NotFoundError` if there is none. */
    readonly queue: (queueId: string) => Effect.Effect<Queue, GenesysError>
  }
>()("@effect-genesys/client/Routing") {
  static readonly layer: Layer.Layer<Routing, never, GenesysClient> = Layer.effect(
    Routing,
    Effect.suspend(() => make)
  )
}

const queueRoute = "/api/v2/routing/queues/{queueId}"

const listRequest = ({ divisionId, expand, id, name, pageNumber, pageSize, sortOrder }: ListOptions) =>
  HttpClientRequest.get("/api/v2/routing/queues", {
    urlParams: params({ pageSize, pageNumber, name, id, divisionId, sortOrder, expand })
  })

const make = Effect.gen(function* () {
  const client = yield* GenesysClient

  const queues = Effect.fn("Routing.queues")(function* (options: ListOptions = {}) {
    const request = listRequest(options)
    return yield* client.json(request, Listed.page(QueuePage, "entities", request))
  })

  const queue = Effect.fn("Routing.queue")(function* (queueId: string) {
    const request = HttpClientRequest.get(Route.path(queueRoute, { queueId }))
    return yield* client.json(request, Queue).pipe(Route.named(queueRoute))
  })

  return Routing.of({
    queues,
    queue,
    allQueues: ({ lookAhead, pageSize = 100, ...options } = {}) =>
      Pagination.pageNumber(listRequest({ ...options, pageSize }), Queue, { lookAhead, key: ({ id }) => id }).pipe(
        Stream.provideService(GenesysClient, client),
        Stream.withSpan("Routing.allQueues")
      )
  })
})
