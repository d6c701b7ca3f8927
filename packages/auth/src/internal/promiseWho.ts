/** Who a program without Effect is: a secret as text, in a file, or from a function that is asked anew for each exchange. */
import type { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { ClientCredentials, type Grant } from "../Grant.ts"
import type { TokenEndpoint } from "../TokenEndpoint.ts"
import { UnavailableError } from "../TokenError.ts"
import * as Parts from "./clientParts.ts"
import * as Checks from "./promiseChecks.ts"

export interface PromiseCredentials {
  readonly clientId: string
  readonly clientSecret: string
}

export type Failure = ConfigurationError | UnavailableError

type Ask = () => PromiseCredentials | Promise<PromiseCredentials>

export type Who =
  | { readonly _tag: "Given"; readonly grant: ClientCredentials }
  | { readonly _tag: "File"; readonly clientId: string; readonly clientSecretFile: string }
  | { readonly _tag: "Asked"; readonly ask: Ask }

interface Options {
  readonly clientId?: unknown
  readonly clientSecret?: unknown
  readonly clientSecretFile?: unknown
  readonly credentials?: unknown
}

const grantOf = Effect.fnUntraced(function* (
  { clientId, clientSecret }: Options,
  within = ""
): Effect.fn.Return<ClientCredentials, ConfigurationError> {
  return new ClientCredentials({
    clientId: yield* Checks.decode(`${within}clientId`, clientId, Parts.clientId),
    clientSecret: Redacted.make(yield* Checks.decode(`${within}clientSecret`, clientSecret, Parts.clientSecret))
  })
})

const isAsk = (value: unknown): value is Ask => typeof value === "function"

export const checked = Effect.fnUntraced(function* (options: Options): Effect.fn.Return<Who, ConfigurationError> {
  const { clientId, clientSecret, clientSecretFile, credentials } = options
  if (credentials !== undefined) {
    if (clientId !== undefined || clientSecret !== undefined || clientSecretFile !== undefined) {
      return yield* Checks.wrong(
        "credentials",
        "left out where clientId and clientSecret are given, or the only one of them"
      )
    }
    if (isAsk(credentials)) return { _tag: "Asked", ask: credentials }
    return yield* Checks.wrong("credentials", "a function that gives { clientId, clientSecret }, or a promise of that")
  }
  if (clientSecretFile === undefined) return { _tag: "Given", grant: yield* grantOf(options) }
  if (clientSecret !== undefined) {
    return yield* Checks.wrong("clientSecretFile", "left out where clientSecret is given")
  }
  if (typeof clientSecretFile !== "string") return yield* Checks.wrong("clientSecretFile", "the path of a file")
  return { _tag: "File", clientId: yield* Checks.decode("clientId", clientId, Parts.clientId), clientSecretFile }
})

interface Made {
  readonly first: Grant
  /** Sees to what comes after it, for as long as the scope is open. */
  readonly follow: (adopt: Adopt) => Effect.Effect<void, never, Scope.Scope>
  /** What stands in front of the endpoint. */
  readonly through: (endpoint: Endpoint, adopt: Adopt) => Endpoint
}

type Adopt = (grant: Grant) => Effect.Effect<void>
type Endpoint = TokenEndpoint["Service"]

const constant = (first: Grant): Made => ({ first, follow: () => Effect.void, through: (endpoint) => endpoint })

/** @param host whom the credentials are shown to, @param patience of whoever waits for the first ones */
export const make = (
  who: Who,
  host: string,
  patience: Duration.Duration
): Effect.Effect<Made, Failure, Scope.Scope> => {
  switch (who._tag) {
    case "Given":
      return Effect.succeed(constant(who.grant))
    case "File":
      return Effect.flatMap(
        Effect.promise(() => import("./promiseFiles.ts")),
        ({ secret }) => Effect.map(secret(who), (file) => ({ ...constant(file.first), follow: file.follow }))
      )
    case "Asked":
      return asked(who.ask, host, patience)
  }
}

/** Of the 10 s that an exchange may take. */
const askPatience = Duration.seconds(5)

const asked = Effect.fnUntraced(function* (
  ask: Ask,
  host: string,
  patience: Duration.Duration
): Effect.fn.Return<Made, Failure> {
  const unavailable = (what: string, cause?: unknown) =>
    new UnavailableError({
      reason: "Credentials",
      host,
      ...(cause === undefined ? {} : { cause }),
      message: `The function that was given as credentials ${what}`
    })
  const failed = (cause: unknown) =>
    unavailable(
      `failed, so there is nothing to show ${host}. ` +
        (cause === undefined ? "It does not say why." : "Its error is the cause of this one."),
      cause
    )
  const late = (after: Duration.Duration) =>
    unavailable(`took more than ${Duration.format(after)}: there is nothing to show ${host}.`)
  const within = (duration: Duration.Duration) =>
    Effect.tryPromise({
      try: async () => {
        const { clientId, clientSecret }: Options = (await ask()) ?? {}
        return { clientId, clientSecret }
      },
      catch: failed
    }).pipe(
      Effect.timeoutOrElse({ duration, orElse: () => Effect.fail(late(duration)) }),
      Effect.flatMap((given) => grantOf(given, "credentials."))
    )
  const now = within(askPatience)
  const first = yield* within(Duration.min(askPatience, patience))
  /** What was just given: it is shown once without asking again. */
  let given: Grant | undefined = first
  return {
    ...constant(first),
    through: (endpoint, adopt) => ({
      ...endpoint,
      exchange: Effect.fnUntraced(function* (grant) {
        // What cannot be asked for now may still be good.
        const current = given ?? (yield* Effect.orElseSucceed(now, () => grant))
        given = undefined
        if (Equal.equals(current, grant)) return yield* endpoint.exchange(grant)
        given = current
        // The manager ends this exchange, and begins another one for the new credentials.
        yield* adopt(current)
        return yield* Effect.never
      })
    })
  }
})
