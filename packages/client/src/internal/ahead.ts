/** Fetches the pages of a list, a bounded number of them before they are asked for. */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { GenesysClient } from "../GenesysClient.ts"
import type { GenesysError } from "../GenesysError.ts"
import * as Answer from "./answer.ts"
import * as PageRequest from "./pageRequest.ts"
import type * as PagingStyle from "./pagingStyle.ts"

type Request = HttpClientRequest.HttpClientRequest

/** The request of the next page; none after the last one. */
export type Next = Result.Result<Request | undefined, GenesysError>

export interface Turn<A> extends PagingStyle.Page {
  readonly rows: ReadonlyArray<A>
  readonly next: Next
}

/** A page that is on its way. It may turn out not to exist. */
interface Slot<A> {
  /** Of its request; none if that is known only when the page before has come. */
  readonly identity: string | undefined
  readonly fiber: Fiber.Fiber<Turn<A> | undefined, GenesysError>
}

/** How the pages of a list are asked for and read. */
export interface Way<A, I> {
  readonly row: Schema.Codec<A, I>
  /** The field of the rows; any if not given. */
  readonly field?: string | undefined
  readonly style: PagingStyle.Style
  readonly lookAhead: number
}

export const make = <A, I>(
  client: GenesysClient["Service"],
  { field, lookAhead, row, style }: Way<A, I>,
  scope: Scope.Scope
) => {
  const schema = Answer.page(row, field)
  let slots: Array<Slot<A>> = []

  const fetch = (request: Request) =>
    Effect.map(client.json(request, schema), ({ json, rows }): Turn<A> => {
      const page = { request, answer: Answer.fieldsOf(json), rows }
      return { ...page, next: style.next(page) }
    })

  const fork = (identity: string | undefined, turn: Effect.Effect<Turn<A> | undefined, GenesysError>) =>
    Effect.map(Effect.forkIn(turn, scope, { startImmediately: true }), (fiber) => slots.push({ identity, fiber }))

  const after = (turn: Turn<A> | undefined) =>
    turn === undefined
      ? Effect.succeed(undefined)
      : Effect.flatMap(Effect.fromResult(turn.next), (request) =>
          request === undefined ? Effect.succeed(undefined) : fetch(request)
        )

  /** Sends for the pages ahead: at once where their requests can be told, else one when the one before has come. */
  const send = Effect.fnUntraced(function* (turn: Turn<A>) {
    if (Result.isFailure(turn.next) || turn.next.success === undefined) return
    for (let ahead = slots.length + 1; ahead <= lookAhead; ahead++) {
      const guess = ahead === 1 ? turn.next.success : style.guess(turn, ahead)
      const previous = slots.at(-1)
      if (guess !== undefined) yield* fork(PageRequest.identityOf(guess), fetch(guess))
      else if (previous !== undefined) yield* fork(undefined, Effect.flatMap(Fiber.join(previous.fiber), after))
    }
  })

  /** The page of a request: the one that was sent for ahead, unless that was for another request. */
  const take = Effect.fnUntraced(function* (request: Request, identity: string) {
    const slot = slots.shift()
    if (slot === undefined) return yield* fetch(request)
    if (slot.identity === undefined || slot.identity === identity) {
      return (yield* Fiber.join(slot.fiber)) ?? (yield* fetch(request))
    }
    const others = [slot, ...slots]
    slots = []
    yield* Fiber.interruptAll(others.map(({ fiber }) => fiber))
    return yield* fetch(request)
  })

  return { send, take }
}
