/**
 * The token manager for whoever has no Effect: promises, plain values, and errors that are real `Error`s with a `_tag`. It gives
 * the same guarantees, since it is the same manager.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Options from "./PromiseOptions.ts"
import * as Promises from "./Promises.ts"

/**
 * What `createTokenManager` is told: id and secret of an OAuth client, the region, and how its token is renewed and
 * shared.
 */
export interface CreateTokenManagerOptions extends Options.ManagerOptions {}

/** It asks for the first token when it is first used. While nobody waits for it, it does not keep the process alive. */
export const createTokenManager = (options: CreateTokenManagerOptions): Promises.PromiseTokenManager =>
  Promises.make(build(options), { keepAlive: options?.keepAlive }).manager

// Without any, it says what is missing.
const build = Effect.fnUntraced(function* (given: CreateTokenManagerOptions = {}) {
  const options = yield* Options.read("createTokenManager", given, Options.names)
  const checked = yield* Options.checked(options)
  const http = yield* Layer.build(Options.layerFetch(checked, options.fetch))
  return { live: yield* Effect.provideContext(Options.manager(checked), http) }
})
