/** `GenesysSdk.api`: the SDK's promises within an Effect. */
import type { GenesysClient } from "@effect-genesys/client/GenesysClient"
import * as ApiErrors from "@effect-genesys/client/GenesysError"
import * as Route from "@effect-genesys/client/Route"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { AllPromises, ApiClient, ApiName } from "../Operations.ts"
import * as Answer from "./answer.ts"
import * as Calls from "./calls.ts"
import { intercept } from "./intercept.ts"
import * as Loaded from "./loaded.ts"
import { reason, refused } from "./operation.ts"
import * as Transport from "./transport.ts"

const isGenesysError = Schema.is(
  Schema.Union([
    ApiErrors.AuthenticationError,
    ApiErrors.RateLimitError,
    ApiErrors.UnavailableError,
    ApiErrors.UnauthorizedError,
    ApiErrors.PermissionError,
    ApiErrors.NotFoundError,
    ApiErrors.ConflictError,
    ApiErrors.InvalidRequestError
  ])
)

export const makeApi = (client: Context.Service.Shape<typeof GenesysClient>, host: string) =>
  Effect.fnUntraced(function* <A>(use: (sdk: AllPromises, signal: AbortSignal) => PromiseLike<A>) {
    const loaded = yield* Loaded.load
    const calls = Calls.make(yield* Effect.context(), aborted)
    const bound: ApiClient = Object.create(loaded.client)
    bound.setDefaultHeaders({})
    Transport.install({
      client: bound,
      send: (request, { route }) =>
        calls.run(
          Effect.flatMap(client.text(request), (response) =>
            Effect.map(Answer.read(request, response, host), (data) => Transport.answerOf(response, data))
          ).pipe(Route.named(route))
        ),
      login: () => Promise.reject(new Error("GenesysSdk has a token of its own: there is nothing to log in to."))
    })
    intercept(bound, (proceed) => {
      const promise = proceed()
      // A call that nobody awaits is ended with the effect, and must not end the process.
      promise.catch(() => undefined)
      return promise
    })
    return yield* Effect.tryPromise({
      try: (signal) => use(promises(loaded, bound), signal),
      catch: (error) => error
    }).pipe(
      Effect.catch((error) => {
        if (isGenesysError(error)) return Effect.fail(error)
        return isMissingParameter(error)
          ? Effect.fail(refused("An operation of the SDK", undefined, reason(error)))
          : Effect.die(error)
      }),
      Effect.ensuring(calls.end)
    )
  })

const aborted = () => new DOMException("The effect that this call belongs to has ended.", "AbortError")

/** The SDK throws a text. */
const isMissingParameter = Schema.is(Schema.String.check(Schema.isPattern(/^Missing the required parameter "/)))

const promises = ({ pc }: Loaded.Loaded, client: ApiClient): AllPromises => {
  const made: AllPromises = Object.assign(Object.create(null), { ApiClient: client })
  return new Proxy(made, {
    get: (known, name) => {
      if (!(name in known) && isApi(pc, name)) Reflect.set(known, name, new pc[name](client))
      return Reflect.get(known, name)
    }
  })
}

const isApi = (pc: Loaded.Loaded["pc"], name: string | symbol): name is ApiName =>
  typeof name === "string" && name.endsWith("Api") && name in pc
