/** Genesys, but details jobs of some days are answered with a status, always. */
import { Simulator } from "@effect-genesys/simulator/Simulator"
import type { SimulatorOptions } from "@effect-genesys/simulator/SimulatorOptions"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Stack from "../../client/test/Stack.ts"

const jobs = "/api/v2/analytics/conversations/details/jobs"

const front = (days: ReadonlyArray<string>, status: number) =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.map(HttpClient.HttpClient, (genesys) =>
      HttpClient.make((request, url) => {
        const { body } = request
        const text = body._tag === "Uint8Array" ? new TextDecoder().decode(body.body) : ""
        const day = /"interval":"(.{10})/.exec(text)?.[1]
        if (url.pathname !== jobs || day === undefined || !days.includes(day)) return genesys.execute(request)
        const answer = { message: "no", code: "internal", status, contextId: "1", details: [], errors: [] }
        return Effect.succeed(HttpClientResponse.fromWeb(request, Response.json(answer, { status })))
      })
    )
  )

export const layer = (days: ReadonlyArray<string>, status: number, options: SimulatorOptions) =>
  Layer.merge(
    Stack.layerTransport(Layer.provideMerge(front(days, status), Simulator.layerHttpClient(options))),
    NodeServices.layer
  )
