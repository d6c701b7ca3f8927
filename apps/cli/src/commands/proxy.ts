/** `genesys proxy`: Genesys Cloud for any program of this machine, without a token in it. */
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import { Policy, RetryPolicy } from "@effect-genesys/client/RetryPolicy"
import * as Identity from "@effect-genesys/program/Identity"
import { policyOf, retryFlags } from "@effect-genesys/program/RetryFlags"
import { UsageError } from "@effect-genesys/program/UsageError"
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
import * as BudgetNote from "../calls/BudgetNote.ts"
import * as Genesys from "../calls/Genesys.ts"
import { LocalProxy } from "../proxy/LocalProxy.ts"

const socket = Flag.String("socket").pipe(
  Flag.withDescription("Listen on a Unix socket, which only you can open: callers need no secret"),
  Flag.withMetavar("path"),
  Flag.withSchema(Schema.NonEmptyString),
  Flag.optional
)

const port = Flag.Int("port").pipe(
  Flag.withDescription("Without --socket: the port of 127.0.0.1 to listen on; by default a free one"),
  Flag.withMetavar("number"),
  Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 65_535 }))),
  Flag.optional
)

const secretFile = Flag.String("secret-file").pipe(
  Flag.withDescription(
    "Write the secret, as a header for curl -H @FILE, to a new file that only you can read, and not into the URL"
  ),
  Flag.withMetavar("path"),
  Flag.withSchema(Schema.NonEmptyString),
  Flag.optional
)

const auth = Flag.Boolean("auth").pipe(
  Flag.withDescription(
    "Whether callers at a port need the secret; with --no-auth, every user of this machine can call"
  ),
  Flag.withDefault(true)
)

const readOnly = Flag.Boolean("read-only").pipe(
  Flag.withDescription("Take GET, HEAD, and the POSTs of searches and queries only"),
  Flag.withDefault(false)
)

const allow = Flag.String("allow").pipe(
  Flag.withMetavar("rule"),
  Flag.withDescription(
    "Take only calls such as GET users/*; may be repeated. The path is below /api/v2/; * stands for one part, ** at the end for one or more"
  ),
  Flag.atLeast(0)
)

/** The caller has a time limit of its own, and may be one of many that wait for their turn. */
const patient = new Policy({ deadline: Duration.minutes(5), maxRetries: 10 })

export const proxy = Command.make(
  "proxy",
  { socket, port, secretFile, auth, readOnly, allow, ...retryFlags },
  (flags) =>
    Effect.gen(function* () {
      if (Option.isSome(flags.port) && Option.isSome(flags.socket)) {
        return yield* new UsageError({ message: "--port and --socket exclude each other. Give one of them." })
      }
      const secret = Option.isNone(flags.socket) && flags.auth
      if (Option.isSome(flags.secretFile) && !secret) {
        return yield* new UsageError({
          message:
            "--secret-file is of no use with --socket or --no-auth: callers need no secret then. Leave one of them out."
        })
      }
      const path = yield* Path.Path
      const resolved = (text: string) => path.resolve(text)
      const place = {
        socket: Option.map(flags.socket, resolved),
        secretFile: Option.map(flags.secretFile, resolved),
        secret
      }
      const layer = LocalProxy.layer({
        place: Option.match(place.socket, {
          onNone: () => ({ port: Option.getOrElse(flags.port, () => 0) }),
          onSome: (file) => ({ socket: file })
        }),
        secret,
        secretFile: Option.getOrUndefined(place.secretFile),
        readOnly: flags.readOnly,
        allow: flags.allow
      })
      yield* Effect.provide(run(place), Layer.provideMerge(BudgetNote.layer, layer))
    }).pipe(
      Effect.provideService(RetryPolicy, policyOf(flags, patient)),
      Effect.provide(Genesys.layerToken),
      Effect.provide(Identity.layerStore)
    )
).pipe(
  Command.withDescription(
    "Run a proxy on this machine that makes calls of Genesys Cloud for programs in any language: it adds the token, keeps " +
      "within the rate limit and tries again. It prints its socket, or its URL, which goes before /api/v2/. It runs until Ctrl-C."
  ),
  Command.withExamples([
    {
      command: "genesys proxy --socket genesys.sock",
      description: "For: curl --unix-socket genesys.sock http://localhost/api/v2/users"
    },
    {
      command: "genesys proxy --secret-file genesys.header",
      description: "Print a URL for $GENESYS_PROXY: curl -H @genesys.header $GENESYS_PROXY/api/v2/users"
    },
    {
      command: "genesys proxy --socket genesys.sock --read-only --allow 'GET users/*' --allow 'POST users/search'",
      description: "Take these calls only"
    },
    {
      command: "genesys proxy --port 8899 --timeout 2m",
      description: "At that port, with the secret in the URL that is printed; give up a call after two minutes"
    },
    { command: "genesys proxy --no-auth", description: "For programs that can have neither a header nor a path" }
  ])
)

interface Place {
  readonly socket: Option.Option<string>
  readonly secretFile: Option.Option<string>
  /** Whether callers need one. */
  readonly secret: boolean
}

/** How it is called, for whoever has started it. */
const hint = (place: Place) => {
  if (Option.isSome(place.socket)) return `curl --unix-socket ${place.socket.value} http://localhost/api/v2/users`
  const url = "In another shell: export GENESYS_PROXY=<the URL above>"
  if (Option.isSome(place.secretFile)) return `${url}; curl -H @${place.secretFile.value} $GENESYS_PROXY/api/v2/users`
  return place.secret ? `${url}. It holds the secret: --secret-file keeps that out of lists of processes` : url
}

const run = Effect.fnUntraced(function* (place: Place) {
  const { base, url } = yield* LocalProxy
  const manager = yield* TokenManager
  // Only here: standard output goes to whoever shall call, and a log to many.
  yield* Console.log(
    Option.getOrElse(place.socket, () => (Option.isSome(place.secretFile) ? base : Redacted.value(url)))
  )
  yield* Console.error(`genesys: the proxy runs. ${hint(place)}`)
  if (Option.isNone(place.socket) && !place.secret) {
    yield* Effect.logWarning("--no-auth: every program and every user of this machine can call Genesys Cloud as you")
  }
  // Calls are answered all the same, with what is wrong; whoever has started the proxy shall know at once.
  yield* Effect.catch(Effect.asVoid(manager.token), ({ message }) => Effect.logWarning(message))
  return yield* Effect.never
})
