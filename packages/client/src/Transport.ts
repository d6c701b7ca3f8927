/**
 * The HTTP transport of both programs: undici, with kept-alive connections. It is the fastest of those that Effect has
 * on Node, and it follows no redirect, so that no secret goes where it was not meant to.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import type * as Layer from "effect/Layer"

export const layer: Layer.Layer<HttpClient.HttpClient> = NodeHttpClient.layerUndici
