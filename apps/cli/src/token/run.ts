/** What `genesys token` does. */
import { Policy, RefreshPolicy } from "@effect-genesys/auth/RefreshPolicy"
import * as StoredToken from "@effect-genesys/auth/StoredToken"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import * as Identity from "@effect-genesys/program/Identity"
import { UsageError } from "@effect-genesys/program/UsageError"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as AwaitedToken from "../calls/AwaitedToken.ts"
import * as Genesys from "../calls/Genesys.ts"
import * as Output from "../output/Output.ts"
import type { Input } from "./flags.ts"
import * as TokenLine from "./TokenLine.ts"
import * as Watch from "./watch.ts"

/** Somebody waits for it as long as `--timeout` says. A renewal is one exchange, whatever it comes to. */
const asked = Effect.fnUntraced(function* (wanted: { readonly minLife: Duration.Duration; readonly renew: boolean }) {
  const patience = yield* AwaitedToken.patience
  const policy = wanted.renew
    ? new Policy({ background: false, minLife: wanted.minLife, patience })
    : yield* AwaitedToken.policy(wanted.minLife)
  const renewed = TokenManager.use(({ renew: ask }) => AwaitedToken.told(ask))
  return yield* (wanted.renew ? renewed : AwaitedToken.get).pipe(
    Effect.provide(Genesys.layerManager),
    Effect.provideService(RefreshPolicy, policy)
  )
})

export const run = (flags: Input) =>
  Effect.gen(function* () {
    const printer = yield* Output.make({ endless: flags.watch })
    if (flags.watch) {
      if (flags.header || flags.renew || Duration.toMillis(flags.minLife) > 0) {
        return yield* new UsageError({
          message: "--watch shows a token and prints none: leave --header, --renew and --min-life out."
        })
      }
      if (!printer.asked && !process.stdout.isTTY) {
        return yield* new UsageError({
          message: "--watch draws in a terminal. Add --json for a line for every change."
        })
      }
      return yield* Watch.run(printer)
    }
    if (flags.header && printer.asked) {
      return yield* new UsageError({
        message:
          "--header prints the token; --json, --csv, --output and --jq print what is known of it. Give one of them."
      })
    }
    const stored = flags.renew ? Option.none() : yield* StoredToken.find(flags.minLife)
    const found = Option.isSome(stored) ? stored.value : yield* asked(flags)
    const now = yield* Clock.currentTimeMillis
    const left = TokenLine.left(found, now)
    if (left < Duration.toMillis(flags.minLife)) {
      yield* Console.error(
        `genesys: the token has ${Duration.format(Duration.seconds(Math.floor(left / 1000)))} left, less than --min-life asks for: ` +
          `the OAuth client's tokens live ${Duration.format(found.expiresIn)}.`
      )
    }
    yield* printer.asked ? printer.value(TokenLine.facts(found, now)) : Console.log(TokenLine.line(found, flags.header))
  }).pipe(Effect.provide(Layer.merge(Identity.layerSettings, Identity.layerStore)))
