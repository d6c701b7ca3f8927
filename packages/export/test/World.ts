/** A simulated org with its clock in the hands of the test, and what an exporter of it must have. */
import { Simulator } from "@effect-genesys/simulator/Simulator"
import type { Conversation } from "@effect-genesys/simulator/api/Conversation"
import type { SimulatorOptions } from "@effect-genesys/simulator/SimulatorOptions"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as UrlParams from "effect/http/UrlParams"
import * as Layer from "effect/Layer"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Stack from "../../client/test/Stack.ts"

export const layer = (options: SimulatorOptions = {}) => Layer.merge(Stack.layer(options), NodeServices.layer)

/** What comes in place of what Genesys has answered. */
export interface Changed {
  readonly text?: string
  readonly status?: number
  readonly date?: string
}

/** As `layer`, but that answers come changed; those of which nothing is said come as they are. */
export const changed = (
  options: SimulatorOptions,
  change: (url: string, text: string, params: URLSearchParams) => Changed | undefined
) => {
  const front = Layer.effect(
    HttpClient.HttpClient,
    Effect.map(HttpClient.HttpClient, (simulator) =>
      HttpClient.make((request) =>
        Effect.gen(function* () {
          const response = yield* simulator.execute(request)
          const before = yield* response.text
          const made = change(request.url, before, new URLSearchParams(UrlParams.toString(request.urlParams)))
          if (made === undefined) return response
          const { date, status = response.status, text = before } = made
          const headers = { ...response.headers, ...(date === undefined ? {} : { date }) }
          return HttpClientResponse.fromWeb(request, new Response(text === "" ? null : text, { status, headers }))
        })
      )
    )
  )
  const transport = Layer.provideMerge(front, Simulator.layerHttpClient(options))
  return Layer.merge(Stack.layerTransport(transport), NodeServices.layer)
}

/** How many calls were answered with one of these statuses. */
export const answered = (...statuses: ReadonlyArray<number>) =>
  Effect.map(
    Simulator.use(({ journal }) => journal),
    ({ answers }) => statuses.reduce((sum, status) => sum + (answers[status] ?? 0), 0)
  )

/** The clock of the test starts in 1970; this is the first day of a world of some months. */
export const first = "1970-03-01"
export const start = TestClock.setTime(Date.parse(`${first}T00:00:00Z`))

/** By conversationId. */
export const truth = (days: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const simulator = yield* Simulator
    const rows = new Map<string, Conversation>()
    for (const day of days) {
      yield* Stream.runForEach(simulator.truth(day), (row) => Effect.sync(() => rows.set(row.conversationId, row)))
    }
    return rows
  })

/**
 * Lets the clock run, a step at a time, while something is done that also waits for disks and the like: for so many real
 * milliseconds at each step, if it is said.
 */
export const running = <A, E, R>(effect: Effect.Effect<A, E, R>, step: Duration.Input = "1 second", real?: number) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(effect, { startImmediately: true })
    while (fiber.pollUnsafe() === undefined) {
      yield* TestClock.adjust(step)
      yield* Effect.promise(
        () => new Promise((resolve) => (real === undefined ? setImmediate(resolve) : setTimeout(resolve, real)))
      )
    }
    return yield* Fiber.join(fiber)
  })
