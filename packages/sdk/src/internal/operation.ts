/**
 * One operation as an Effect. The SDK makes the request and no more: its transport keeps what it is given, and the call runs
 * in the caller's own fiber, with all that this brings: interruption, the caller's services, its clock and its span.
 */
import * as ApiErrors from "@effect-genesys/client/GenesysError"
import * as Effect from "effect/Effect"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Result from "effect/Result"
import type { ApiName } from "../Operations.ts"
import { type Call, currentCall, intercept } from "./intercept.ts"
import type { Loaded } from "./loaded.ts"
import * as Request from "./request.ts"

export interface Prepared {
  readonly request: HttpClientRequest.HttpClientRequest
  readonly route: string
}

interface Taken {
  readonly options: Request.Options
  readonly call: Call | undefined
}

/** Makes the requests of operations, one after the other. */
export interface Maker {
  /** Fails for a missing parameter, for one that cannot be sent, and for an operation that there is none of. */
  readonly prepare: (
    api: ApiName,
    name: string,
    args: ReadonlyArray<unknown>
  ) => Effect.Effect<Prepared, ApiErrors.InvalidRequestError>
}

/** One for the process: it holds nothing of an org. */
export const makeMaker = ({ client, pc }: Loaded): Maker => {
  let taken: Taken | undefined
  class Keeps extends pc.AbstractHttpClient {
    override request(options: Request.Options) {
      taken = { options, call: currentCall() }
      return new Promise<never>(() => undefined)
    }
    override enableHooks() {
      return undefined
    }
  }
  const own: typeof client = Object.create(client)
  own.setHttpClient(new Keeps())
  intercept(own)
  const take = () => {
    const kept = taken
    taken = undefined
    return kept
  }
  const instances = new Map<ApiName, object>()

  const instance = (api: ApiName) => {
    const made = instances.get(api) ?? new pc[api](own)
    instances.set(api, made)
    return made
  }

  return {
    prepare: (api, name, args) => {
      const target = instance(api)
      const method: unknown = Reflect.get(target, name)
      if (typeof method !== "function")
        return Effect.fail(refused(`${api}.${name}`, method, "The SDK has no such operation."))
      let promise: unknown
      try {
        promise = Reflect.apply(method, target, args)
      } catch (thrown) {
        return Effect.fail(refused(`${api}.${name}`, method, reason(thrown)))
      }
      const kept = take()
      // What the SDK checks before its transport comes out of the promise; nothing else ever does.
      if (kept === undefined) {
        return Effect.flatMap(unsent(promise), (why) => Effect.fail(refused(`${api}.${name}`, method, why)))
      }
      return toEffect(kept, (why) => refused(`${api}.${name}`, method, why))
    }
  }
}

/** Why nothing was sent. */
const unsent = (promise: unknown) =>
  Effect.promise(async () => {
    try {
      return `It gave ${String(await promise)} without a call.`
    } catch (error) {
      return reason(error)
    }
  })

const toEffect = ({ call, options }: Taken, fail: (why: string) => ApiErrors.InvalidRequestError) =>
  Result.match(Request.make(options, call, ""), {
    onFailure: (why) => Effect.fail(fail(why)),
    onSuccess: (request) => Effect.succeed({ request, route: call?.route ?? request.url })
  })

/** The SDK throws texts, such as `Missing the required parameter "userId" when calling getUser`. */
export const reason = (thrown: unknown) => {
  const text = thrown instanceof Error ? thrown.message : String(thrown)
  return /[.!?]$/.test(text) ? text : `${text}.`
}

/** @param who what was not called @param method the SDK's function, which says in its own code what it calls */
export const refused = (who: string, method: unknown, why: string) => {
  const [, path = "", verb = ""] = /callApi\(\s*'([^']*)',\s*'(\w+)'/.exec(String(method)) ?? []
  return new ApiErrors.InvalidRequestError({
    api: { method: verb, path },
    details: [],
    message: `${who} was not called. ${why}`
  })
}
