/**
 * The unmodified official SDK, `purecloud-platform-client-v2`, with its own transport, pointed at a simulator over HTTP. None
 * of our client code takes part.
 */
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import pc from "purecloud-platform-client-v2"
import { Simulator } from "../../src/Simulator.ts"

type Client = InstanceType<typeof pc.ApiClientClass>

/** Stops the SDK from watching a file in the home directory, and from reading its region from it. */
const quiet = (client: Client) => {
  client.config.live_reload_config = false
  client.config.setConfigPath("")
  client.config.refresh_access_token = false
  return client
}

// The SDK makes one of its own when it is imported, and that one watches too.
quiet(pc.ApiClient.instance)

/** A client of its own whose gateway is at a URL, not logged in. */
export const makeClientAt = (url: string): Client => {
  const client = quiet(new pc.ApiClientClass())
  const { pathname, port } = new URL(url)
  const path = pathname === "/" ? "" : pathname
  const gateway = { protocol: "http", host: "127.0.0.1", port: Number(port) }
  client.setGateway({ ...gateway, path_params_login: path, path_params_api: path })
  return client
}

/** A client of its own for the simulator, not logged in. */
export const makeClient = Effect.map(Simulator, ({ url }) => makeClientAt(url))

/** How many users there are. */
export const countUsers = (client: Client) =>
  ask(() => new pc.UsersApi(client).getUsers({ pageSize: 1 }).then(({ total }) => total))

/** What the SDK answers, or a defect. */
export const ask = <A>(operation: () => Promise<A>): Effect.Effect<A> => Effect.promise(operation)

export interface Identity {
  readonly id?: string
  readonly secret?: string
}

/** `loginClientCredentialsGrant`, as the default client unless told otherwise; fails with what the SDK rejects with. */
export const loginAs = Effect.fnUntraced(function* (client: Client, { id, secret }: Identity = {}) {
  const simulator = yield* Simulator
  return yield* Effect.tryPromise({
    try: () =>
      client.loginClientCredentialsGrant(id ?? simulator.clientId, secret ?? Redacted.value(simulator.clientSecret)),
    catch: (rejection) => rejection
  })
})

/** A client that is logged in. */
export const loggedIn = Effect.fnUntraced(function* (identity?: Identity) {
  const client = yield* makeClient
  yield* Effect.orDie(loginAs(client, identity))
  return client
})

/** The refresh token of a code grant: the declarations of the SDK leave it out. */
export const decodeRefresh = Schema.decodeUnknownEffect(Schema.Struct({ refreshToken: Schema.String }))

const Headers = Schema.Record(Schema.String, Schema.Unknown)
const Extended = Schema.Struct({ status: Schema.Int, headers: Headers, body: Schema.Unknown })

/** Status, headers and body of an answer, or of what the SDK rejects with: it gives them only when told to. */
export const extended = Effect.fnUntraced(function* (client: Client, operation: () => Promise<unknown>) {
  client.setReturnExtendedResponses(true)
  const answer = yield* Effect.promise(() => operation().catch((rejection: unknown) => rejection))
  client.setReturnExtendedResponses(false)
  return yield* Schema.decodeUnknownEffect(Extended)(answer)
})

/** What the SDK rejects with when it is not told to extend: the parsed body. */
export const rejected = (operation: () => Promise<unknown>) =>
  Effect.flip(Effect.tryPromise({ try: operation, catch: (rejection) => rejection }))

const Refusal = Schema.Struct({ response: Schema.Struct({ status: Schema.Int, data: Schema.Unknown }) })

/** A refused login: the SDK rejects with the error of axios. */
export const refusedLogin = Effect.fnUntraced(function* (identity: Identity) {
  const client = yield* makeClient
  const rejection = yield* Effect.flip(loginAs(client, identity))
  const { response } = yield* Schema.decodeUnknownEffect(Refusal)(rejection)
  return response
})

/** An error body with its status, its code and the correlation id of the answer, and the fields that it must have. */
export const assertError = (answer: typeof Extended.Type, status: number, code?: string) => {
  assert.strictEqual(answer.status, status)
  const contextId = answer.headers["inin-correlation-id"]
  assert.isString(contextId)
  assert.include(answer.body, { status, contextId, ...(code === undefined ? {} : { code }) })
  assert.containsAllKeys(answer.body, ["message", "code", "status", "contextId", "details", "errors"])
}
