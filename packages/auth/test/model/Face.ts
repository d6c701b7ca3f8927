/** How a program sees a token manager in the model test: as a service of Effect, or as promises over the same machine. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import type { AccessToken } from "../../src/AccessToken.ts"
import { Credentials } from "../../src/Credentials.ts"
import { follow } from "../../src/internal/following.ts"
import { none } from "../../src/internal/tokenBackend.ts"
import * as Live from "../../src/internal/tokenManager.ts"
import * as Promises from "../../src/Promises.ts"
import { RefreshPolicy } from "../../src/RefreshPolicy.ts"
import { TokenEndpoint } from "../../src/TokenEndpoint.ts"
import type { TokenError } from "../../src/TokenError.ts"
import { TokenManager } from "../../src/TokenManager.ts"

export interface Face extends Omit<TokenManager["Service"], "changes"> {
  readonly close: Effect.Effect<void>
  /** Whether a caller that is interrupted waits no longer. */
  readonly canGiveUp: boolean
  /** What a caller needs to look at an answer that is there already. */
  readonly turn: Effect.Effect<void>
  /** Long enough for a change of the credentials to pass through its stream and all that it wakes. */
  readonly settle: Effect.Effect<void>
}

interface Around {
  readonly credentials: Credentials["Service"]
  readonly endpoint: TokenEndpoint["Service"]
  readonly policy: typeof RefreshPolicy.Service
  /** The token that was issued with this value. */
  readonly tokenOf: (value: string) => AccessToken
  /** Whether promises are given a signal: those who have none wait together. */
  readonly giveUp: boolean
}

const yields = Effect.gen(function* () {
  for (let i = 0; i < 12; i++) yield* Effect.yieldNow
})

export const effects = Effect.fnUntraced(function* ({ credentials, endpoint, policy }: Around) {
  const scope = yield* Scope.make()
  const context = yield* TokenManager.layer.pipe(
    Layer.provide([Layer.succeed(Credentials, credentials), Layer.succeed(TokenEndpoint, endpoint)]),
    Layer.provide(Layer.succeed(RefreshPolicy, policy)),
    Layer.buildWithScope(scope)
  )
  return {
    ...Context.get(context, TokenManager),
    close: Scope.close(scope, Exit.void),
    canGiveUp: true,
    turn: Effect.void,
    settle: yields
  } satisfies Face
})

/** Long enough for a promise and those that follow it, and too short for a fiber that was woken. */
const microtasks = Effect.all(
  Array.from({ length: 4 }, () => Effect.promise(() => Promise.resolve())),
  { discard: true }
)

/** The fibers of promises are no children of the test's: each has turns of its own. */
const immediates = Effect.all(
  Array.from({ length: 12 }, () => Effect.callback<void>((resume) => void setImmediate(() => resume(Effect.void)))),
  { discard: true }
)

const isTokenError = (error: unknown): error is TokenError =>
  error instanceof Error &&
  "_tag" in error &&
  /^(?:Authentication|RateLimit|Unavailable)Error$/.test(String(error._tag))

export const promises = Effect.fnUntraced(function* ({ credentials, endpoint, giveUp, policy, tokenOf }: Around) {
  const context = yield* Effect.context()
  const build = Effect.gen(function* () {
    const live = yield* Live.make({ source: yield* credentials.current, endpoint, policy, store: none })
    yield* follow(credentials, live.adopt)
    return { live }
  })
  const { manager, run } = Promises.make(build, { context })
  const status = yield* Effect.promise(() => run(({ live }) => Effect.succeed(live.service.status)))

  const asked = (ask: (options: Promises.WaitOptions) => Promise<string>) =>
    Effect.callback<AccessToken, TokenError>((resume) => {
      const interruption = new AbortController()
      ask(giveUp ? { signal: interruption.signal } : {}).then(
        (value) => resume(Effect.succeed(tokenOf(value))),
        (error: unknown) => resume(isTokenError(error) ? Effect.fail(error) : Effect.die(error))
      )
      return Effect.sync(() => interruption.abort())
    })
  return {
    token: asked(manager.getToken),
    renew: asked(manager.renewToken),
    // Of one that is closed nobody rejects anything.
    reject: ({ value }) => Effect.ignore(Effect.tryPromise(() => manager.rejectToken(Redacted.value(value)))),
    status,
    close: Effect.promise(manager.close),
    canGiveUp: giveUp,
    turn: microtasks,
    settle: immediates
  } satisfies Face
})
