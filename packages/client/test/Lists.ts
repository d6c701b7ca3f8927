/** A server of lists that the simulator does not have, below `/api/v2/lists`, in front of the simulator. */
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Stack from "./Stack.ts"

export interface Asked {
  readonly method: string
  readonly host: string
  readonly path: string
  readonly params: URLSearchParams
  readonly body: Readonly<Record<string, unknown>>
  readonly authorization: string | undefined
}

/** As Genesys names its answers; so many calls are allowed that none has to wait. */
const unpaced = {
  "inin-correlation-id": "the-correlation",
  "inin-ratelimit-allowed": "10000000",
  "inin-ratelimit-count": "1",
  "inin-ratelimit-reset": "60"
}

/** Answers with JSON, or with a status. `asked` gets every request. */
export const layer = (answer: (asked: Asked) => Effect.Effect<unknown>, asked: Array<Asked> = []) => {
  const front = Layer.effect(
    HttpClient.HttpClient,
    Effect.map(HttpClient.HttpClient, (simulator) =>
      HttpClient.make((request, url) => {
        const known = url.host === "api.mypurecloud.com" || url.host === "login.mypurecloud.com"
        if (known && !url.pathname.startsWith("/api/v2/lists")) {
          return simulator.execute(request)
        }
        const { body, headers, method } = request
        const one: Asked = {
          method,
          host: url.host,
          path: url.pathname,
          params: url.searchParams,
          body: body._tag === "Uint8Array" ? JSON.parse(new TextDecoder().decode(body.body)) : {},
          authorization: headers["authorization"]
        }
        asked.push(one)
        return Effect.map(answer(one), (json) =>
          HttpClientResponse.fromWeb(
            request,
            typeof json === "number"
              ? new Response("{}", { status: json, headers: { "inin-correlation-id": "the-correlation" } })
              : Response.json(json, { headers: unpaced })
          )
        )
      })
    )
  )
  return Stack.layerTransport(Layer.provideMerge(front, Simulator.layerHttpClient({ rateLimit: "off" })))
}

const numberOf = (value: unknown, otherwise: number) => (typeof value === "number" ? value : otherwise)

/** A page of the rows, as a listing with numbers gives it. `at` is called first: the place to change the rows. */
export const numbered =
  (rows: () => ReadonlyArray<unknown>, at: (page: number) => void = () => {}) =>
  ({ body, method, params, path }: Asked) =>
    Effect.sync(() => {
      const pageNumber = method === "POST" ? numberOf(body["pageNumber"], 1) : Number(params.get("pageNumber") ?? 1)
      const pageSize = method === "POST" ? numberOf(body["pageSize"], 25) : Number(params.get("pageSize") ?? 25)
      at(pageNumber)
      const all = rows()
      const pageCount = Math.ceil(all.length / pageSize)
      return {
        [method === "POST" ? "results" : "entities"]: all.slice((pageNumber - 1) * pageSize, pageNumber * pageSize),
        pageNumber,
        pageSize,
        pageCount,
        total: all.length,
        ...(pageNumber < pageCount ? { nextUri: `${path}?pageSize=${pageSize}&pageNumber=${pageNumber + 1}` } : {})
      }
    })

export const rows = (count: number) => Array.from({ length: count }, (_, number) => ({ id: `row-${number}` }))
