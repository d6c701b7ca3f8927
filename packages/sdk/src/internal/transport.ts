/**
 * The transport that programs with promises get in place of the SDK's own. Each call of theirs runs as an Effect; what it
 * fails with is the rejection, as it is.
 */
import type { TextResponse } from "@effect-genesys/client/GenesysClient"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Result from "effect/Result"
import type pc from "purecloud-platform-client-v2"
import type { AnyApiClient } from "../AnyApiClient.ts"
import { type Call, currentCall } from "./intercept.ts"
import { refused } from "./operation.ts"
import * as Request from "./request.ts"

/** The answer as the SDK expects it of its transport. */
export interface SdkAnswer {
  readonly status: number
  readonly statusText: string
  readonly headers: Readonly<Record<string, string>>
  readonly data: unknown
  /** Given to the caller where `data` is falsy. */
  readonly text: unknown
}

export interface Parts {
  readonly client: AnyApiClient
  /** Makes the call; rejects with what the caller shall see. */
  readonly send: (request: HttpClientRequest.HttpClientRequest, call: Call) => Promise<SdkAnswer>
  /** What is no call of the API: a login. */
  readonly login: (options: Request.Options) => Promise<SdkAnswer>
}

/** The class that the SDK of this very client checks transports against: there may be several copies of the SDK. */
const abstractOf = (client: AnyApiClient): (typeof pc)["AbstractHttpClient"] => {
  let prototype: object = client.getHttpClient()
  for (
    let next: object | null = prototype;
    next !== null && next !== Object.prototype;
    next = Object.getPrototypeOf(next)
  ) {
    prototype = next
  }
  return Reflect.get(prototype, "constructor")
}

type Hook = <A>(value: A) => Promise<A>

/** What the program has set with `setPreHook` or `setPostHook`: it is given a value and gives back another one. */
const hookOf = (transport: object, name: "preHook" | "postHook"): Hook | undefined => {
  const hook: unknown = Reflect.get(transport, name)
  return typeof hook === "function" ? async (value) => await Reflect.apply(hook, undefined, [value]) : undefined
}

export const install = ({ client, login, send }: Parts): void => {
  class Transport extends abstractOf(client) {
    override async request(given: Request.Options): Promise<SdkAnswer> {
      // Both are read before anything is waited for.
      const call = currentCall()
      const prefix = client.config.getConfUrl("api", client.config.basePath)
      const pre = hookOf(this, "preHook")
      const post = hookOf(this, "postHook")
      const options = pre === undefined ? given : await pre(given)
      const answer = await (call === undefined ? login(options) : this.call(options, call, prefix))
      return post === undefined ? answer : await post(answer)
    }
    private async call(options: Request.Options, call: Call, prefix: string) {
      const request = Request.make(options, call, prefix)
      if (Result.isFailure(request)) throw refused(call.route, undefined, request.failure)
      return await send(request.success, call)
    }
    override enableHooks() {
      return undefined
    }
  }
  const transport = new Transport()
  for (const hook of ["preHook", "postHook"]) Reflect.set(transport, hook, Reflect.get(client.getHttpClient(), hook))
  client.setHttpClient(transport)
}

export const answerOf = (response: TextResponse, data: unknown): SdkAnswer => ({
  status: response.status,
  statusText: "",
  headers: response.headers,
  data,
  text: data
})
