/** `genesys proxy`: Genesys Cloud for any program of this machine, without a token in it. */
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import { Policy, RetryPolicy } from "@effect-genesys/client/RetryPolicy"
import * as BudgetNote from "@effect-genesys/runtime/BudgetNote"
import * as Genesys from "@effect-genesys/runtime/Genesys"
import { LocalProxy } from "@effect-genesys/runtime/LocalProxy"
import { policyOf, retryFlags } from "@effect-genesys/runtime/RetryFlags"
import { UsageError } from "@effect-genesys/runtime/UsageError"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"

const port = Flag.Int("port").pipe(
  Flag.withDescription("The port of 127.0.0.1 to listen on; by default a free one"),
  Flag.withMetavar("number"),
  Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 65_535 }))),
  Flag.optional
)

const socket = Flag.String("socket").pipe(
  Flag.withDescription("Listen on a Unix socket instead, which only you can open"),
  Flag.withMetavar("path"),
  Flag.withSchema(Schema.NonEmptyString),
  Flag.optional
)

const auth = Flag.Boolean("auth").pipe(
  Flag.withDescription("Whether the URL has a secret part; with --no-auth, every user of this machine can call"),
  Flag.withDefault(true)
)

/** The caller has a time limit of its own, and may be one of many that wait for their turn. */
const patient = new Policy({ deadline: Duration.minutes(5), maxRetries: 10 })

export const proxy = Command.make("proxy", { port, socket, auth, ...retryFlags }, (flags) =>
  Effect.gen(function* () {
    if (Option.isSome(flags.port) && Option.isSome(flags.socket)) {
      return yield* new UsageError({ message: "--port and --socket exclude each other. Give one of them." })
    }
    const path = yield* Path.Path
    const file = Option.map(flags.socket, (text) => path.resolve(text))
    const options = Option.match(file, {
      onNone: () => ({ place: { port: Option.getOrElse(flags.port, () => 0) }, secret: flags.auth }),
      onSome: (socketPath) => ({ place: { socket: socketPath }, secret: false })
    })
    const noted = Layer.provideMerge(BudgetNote.layer, LocalProxy.layer(options))
    yield* Effect.provide(run(file, options.secret), noted)
  }).pipe(
    Effect.provideService(RetryPolicy, policyOf(flags, patient)),
    Effect.provide(Genesys.layerToken),
    Effect.provide(Genesys.layerStore)
  )
).pipe(
  Command.withDescription(
    "Run a proxy on this machine that makes calls of Genesys Cloud for programs in any language: it adds the token, keeps " +
      "within the rate limit and tries again. It prints its URL; put that before /api/v2/. It runs until Ctrl-C."
  ),
  Command.withExamples([
    { command: "genesys proxy", description: "Print a URL for $GENESYS_PROXY: curl $GENESYS_PROXY/api/v2/users" },
    {
      command: "genesys proxy --port 8899 --timeout 2m",
      description: "At that port; give up a call after two minutes"
    },
    {
      command: "genesys proxy --socket genesys.sock",
      description: "For: curl --unix-socket genesys.sock http://localhost/api/v2/users"
    },
    { command: "genesys proxy --no-auth", description: "For programs that cannot have a path in their base URL" }
  ])
)

const run = Effect.fnUntraced(function* (file: Option.Option<string>, hasSecret: boolean) {
  const { url } = yield* LocalProxy
  const manager = yield* TokenManager
  // Only here: standard output goes to whoever shall call, and a log to many.
  yield* Console.log(Option.getOrElse(file, () => Redacted.value(url)))
  yield* Console.error(
    Option.match(file, {
      onNone: () => `genesys: the proxy runs. In another shell: export GENESYS_PROXY=<the URL above>`,
      onSome: (path) => `genesys: the proxy runs. curl --unix-socket ${path} http://localhost/api/v2/users`
    })
  )
  if (Option.isNone(file) && !hasSecret) {
    yield* Effect.logWarning("--no-auth: every program and every user of this machine can call Genesys Cloud as you")
  }
  // Calls are answered all the same, with what is wrong; whoever has started the proxy shall know at once.
  yield* Effect.catch(Effect.asVoid(manager.token), ({ message }) => Effect.logWarning(message))
  return yield* Effect.never
})
