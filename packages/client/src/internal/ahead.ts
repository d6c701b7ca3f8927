/** Fetches the pages of a list, a bounded number of them before they are asked for. */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
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

/** A page that is on its way. */
interface Slot<A> {
  /** Of its request. */
  readonly identity: string
  /** None only while it is begun. */
  fiber: Fiber.Fiber<Turn<A>, GenesysError> | undefined
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

  /** One that comes, and is the last that was sent for, says what follows. */
  const follow = (slot: Slot<A>, turn: Turn<A>): Effect.Effect<void> =>
    slots.at(-1) === slot ? sendAfter(turn, 0) : Effect.void

  const fork = (request: Request) =>
    Effect.suspend(() => {
      const slot: Slot<A> = { identity: PageRequest.identityOf(request), fiber: undefined }
      slots.push(slot)
      const page = Effect.tap(fetch(request), (turn) => follow(slot, turn))
      return Effect.map(Effect.forkIn(page, scope, { startImmediately: true }), (fiber) => void (slot.fiber = fiber))
    })

  /**
   * Sends for the pages whose requests a page tells, as far as it says that they exist.
   * @param known how many pages after it are on their way
   */
  const sendAfter = Effect.fnUntraced(function* (turn: Turn<A>, known: number): Effect.fn.Return<void> {
    if (Result.isFailure(turn.next) || turn.next.success === undefined) return
    for (let ahead = known + 1; slots.length < lookAhead; ahead++) {
      const request = ahead === 1 ? turn.next.success : style.guess(turn, ahead)
      if (request === undefined) return
      yield* fork(request)
    }
  })

  /** Sends for the pages ahead: at once where their requests can be told, else one when the one before has come. */
  const send = Effect.fnUntraced(function* (turn: Turn<A>) {
    yield* sendAfter(turn, slots.length)
    const last = slots.at(-1)?.fiber?.pollUnsafe()
    if (last !== undefined && Exit.isSuccess(last)) yield* sendAfter(last.value, 0)
  })

  /** The page of a request: the one that was sent for ahead, unless that was for another request. */
  const take = Effect.fnUntraced(function* (request: Request, identity: string) {
    const slot = slots.shift()
    if (slot?.fiber === undefined) return yield* fetch(request)
    if (slot.identity === identity) return yield* Fiber.join(slot.fiber)
    const others = [slot, ...slots]
    slots = []
    yield* Fiber.interruptAll(others.flatMap(({ fiber }) => fiber ?? []))
    return yield* fetch(request)
  })

  return { send, take }
}
