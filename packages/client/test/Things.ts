/** A list that is asked for, and what came of it. */
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Lists from "./Lists.ts"

export const Row = Schema.Struct({ id: Schema.String })
export const key = ({ id }: typeof Row.Type) => id
export const things = "/api/v2/lists/things"
export const list = (params: Record<string, string> = {}) => HttpClientRequest.get(things, { urlParams: params })
export const post = (body: unknown) =>
  HttpClientRequest.bodyJsonUnsafe(HttpClientRequest.post(`${things}/search`), body)
export const ids = (rows: ReadonlyArray<unknown>) => rows.map((row) => Schema.decodeUnknownSync(Row)(row).id)
export const numbers = (asked: ReadonlyArray<Lists.Asked>) =>
  asked.map(({ params }) => Number(params.get("pageNumber") ?? 1))
export const int = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

/** All rows, and the error that came after them. */
export const collect = <E, R>(stream: Stream.Stream<unknown, E, R>) =>
  Effect.gen(function* () {
    const rows: Array<unknown> = []
    const failed = yield* stream.pipe(
      Stream.runForEach((row) => Effect.sync(() => rows.push(row))),
      Effect.match({ onFailure: (error) => error, onSuccess: () => undefined })
    )
    return { rows, failed }
  })
