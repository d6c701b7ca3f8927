/**
 * Finds out what keeps a program from calling Genesys Cloud: from the settings over the network and the login to a call, in
 * the order in which a call needs them. What cannot be checked because something before it failed is skipped.
 */
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import { isLoopback } from "@effect-genesys/core/Loopback"
import { Policy as Renewal, RefreshPolicy } from "@effect-genesys/auth/RefreshPolicy"
import { TokenEndpoint } from "@effect-genesys/auth/TokenEndpoint"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import { RateLimit } from "@effect-genesys/client/RateLimit"
import { Policy, RetryPolicy } from "@effect-genesys/client/RetryPolicy"
import { Tokens } from "@effect-genesys/client/Tokens"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Calls from "./calls.ts"
import * as Check from "./check.ts"
import * as Login from "./login.ts"
import * as Reach from "./reach.ts"
import * as Settings from "./settings.ts"

export type { Check, CheckError, CheckName } from "./check.ts"

export interface DoctorOptions {
  /** If the login host refuses the credentials: whether to show them to those of all other regions. */
  readonly tryRegions: boolean
  /** Is told of each check as soon as it is made. */
  readonly onCheck: (check: Check.Check) => Effect.Effect<void>
}

export interface Report {
  /** Whether the API is the simulator of this project. */
  readonly isSimulator: boolean
  readonly checks: ReadonlyArray<Check.Check>
}

const afterLogin = ["token", "call", "find users", "query conversations", "rate limit"] as const
const all = [
  "name of the login host",
  "name of the API host",
  "login host",
  "API host",
  "clock",
  "login",
  ...afterLogin
] as const

/** A failure is what the doctor is asked for: it is not tried away. */
const once = new Policy({ maxRetries: 0, attemptTimeout: Duration.seconds(10), deadline: Duration.seconds(15) })

export const examine = Effect.fnUntraced(function* ({ onCheck, tryRegions }: DoctorOptions) {
  const checks: Array<Check.Check> = []
  const add = (check: Check.Check) =>
    Effect.andThen(
      Effect.sync(() => checks.push(check)),
      onCheck(check)
    )
  const skip = (names: ReadonlyArray<Check.CheckName>, why: string) =>
    Effect.forEach(names, (name) => add(Check.skipped(name, why)), { discard: true })
  const report = (isSimulator = false): Report => ({ isSimulator, checks })

  const active = yield* Settings.active
  const credentials = yield* Effect.tap(Settings.credentials(active), ({ check }) => add(check))
  const hosts = yield* Effect.tap(Settings.hosts(active), ({ check }) => add(check))
  const network = yield* Effect.tap(Settings.network(active, urlsOf(hosts.value)), ({ check }) => add(check))
  if (hosts.value === undefined || network.value === undefined) {
    yield* skip(all, "the settings say nothing that can be used")
    return report()
  }
  const { apiUrl, loginUrl, overridden, region } = hosts.value
  const transport = network.value

  yield* Effect.flatMap(Effect.provide(Reach.name("name of the login host", loginUrl), transport), add)
  yield* Effect.flatMap(Effect.provide(Reach.name("name of the API host", apiUrl), transport), add)
  const reached = yield* Effect.all(
    [Reach.host("login host", loginUrl), Reach.host("API host", apiUrl)].map((reach) =>
      Effect.tap(Effect.provide(reach, transport), ({ check }) => add(check))
    )
  )
  yield* add(Reach.clock(reached))
  const isSimulator = yield* Effect.provide(looksLikeSimulator(apiUrl), transport)

  if (credentials.value === undefined || reached[0]?.check.state === "failed") {
    const why = credentials.value === undefined ? "there are no credentials" : "the login host cannot be reached"
    yield* skip(["login", ...afterLogin], why)
    return report(isSimulator)
  }
  const who = Context.make(Credentials, credentials.value)
  const where = Context.make(Environment, Environment.of({ apiUrl, loginUrl, region }))
  const ground = Layer.succeedContext(Context.mergeAll(who, where, transport))
  const grant = yield* credentials.value.current
  const endpoint = yield* Effect.provide(
    TokenEndpoint,
    TokenEndpoint.layerHttp.pipe(Layer.provide([ground, NodeCrypto.layerDigest]))
  )
  const issued = yield* Effect.result(Login.exchange(endpoint, grant))
  if (Result.isFailure(issued)) {
    yield* add(Check.failed("login", issued.failure))
    if (issued.failure._tag === "AuthenticationError") {
      yield* overridden || !tryRegions
        ? add(
            Check.skipped(
              "other regions",
              overridden
                ? "GENESYS_CLOUD_LOGIN_URL names the host, not the region"
                : "--try-regions shows the secret to the login hosts of all other regions"
            )
          )
        : Effect.flatMap(Effect.provide(Login.otherRegions(grant, region), transport), add)
    }
    yield* skip(afterLogin, "there is no token")
    return report(isSimulator)
  }
  const { expiresIn, fingerprint } = issued.success.token
  yield* add(Check.ok("login", `${loginUrl} has issued a token`))
  yield* add(Check.ok("token", `${fingerprint} lives ${Duration.format(expiresIn)}`))
  if (reached[1]?.check.state === "failed") {
    yield* skip(afterLogin.slice(1), "the API host cannot be reached")
    return report(isSimulator)
  }

  const client = Tokens.layer.pipe(
    Layer.provideMerge(GenesysClient.layer),
    Layer.provide(RateLimit.layer),
    Layer.provideMerge(TokenManager.layer),
    Layer.provide(Layer.succeed(TokenEndpoint, Login.answered(endpoint, issued.success))),
    Layer.provide(ground)
  )
  yield* Effect.gen(function* () {
    // The token that was just issued, and not one from the store: whoever comes next finds it there instead.
    yield* Effect.ignore(TokenManager.use(({ renew }) => renew))
    const call = yield* Calls.whoAmI
    yield* add(call)
    if (call.state === "failed") return yield* skip(afterLogin.slice(2), "the API takes no call")
    yield* Effect.flatMap(Calls.findUsers, add)
    yield* Effect.flatMap(Calls.queryConversations, add)
    yield* Effect.flatMap(Calls.rateLimit, add)
  }).pipe(
    Effect.provide(client),
    Effect.provideService(RetryPolicy, once),
    Effect.provideService(RefreshPolicy, new Renewal({ background: false, patience: Duration.seconds(10) }))
  )
  return report(isSimulator)
}, Effect.scoped)

const urlsOf = (hosts: { readonly loginUrl: string; readonly apiUrl: string } | undefined) =>
  hosts === undefined ? [] : [hosts.loginUrl, hosts.apiUrl]

/** Only it has a control API, and only on this machine. */
const looksLikeSimulator = (apiUrl: string) =>
  isLoopback(new URL(apiUrl).hostname)
    ? HttpClient.get(`${apiUrl}/_control/clock`).pipe(
        Effect.flatMap(({ headers, status }) =>
          Effect.succeed(status === 200 && (headers["content-type"] ?? "").includes("json"))
        ),
        Effect.timeout("2 seconds"),
        Effect.orElseSucceed(() => false),
        Effect.scoped
      )
    : Effect.succeed(false)
