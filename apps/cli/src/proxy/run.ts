/** What `genesys proxy` does. */
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import { Policy, RetryPolicy } from "@effect-genesys/client/RetryPolicy"
import * as Identity from "@effect-genesys/program/Identity"
import { UsageError } from "@effect-genesys/program/UsageError"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Redacted from "effect/Redacted"
import * as BudgetNote from "../calls/BudgetNote.ts"
import * as CallFlags from "../calls/CallFlags.ts"
import * as Genesys from "../calls/Genesys.ts"
import type { Input } from "./flags.ts"
import { LocalProxy } from "./LocalProxy.ts"

/** The caller has a time limit of its own, and may be one of many that wait for their turn. */
const patient = new Policy({ deadline: Duration.minutes(5), maxRetries: 10 })

export const run = Effect.fnUntraced(function* (flags: Input) {
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
  yield* serve(place).pipe(
    Effect.provide(Layer.provideMerge(BudgetNote.layer, layer)),
    Effect.provide(Genesys.layerToken),
    Effect.provide(Identity.layerStore),
    Effect.provideService(RetryPolicy, yield* CallFlags.policy(patient))
  )
})

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

const serve = Effect.fnUntraced(function* (place: Place) {
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
